"""Writes results: to standard output or to a named file, whole or not at all."""

import os
import sys

from kb.errors import OutputError


def write_output(content: bytes | str, target: str | None = None) -> None:
    """Write `content` to the file `target`, replacing it only when all is written, or to standard output.

    Raises:
        OutputError: the place cannot be written; what was there before is still there.
        BrokenPipeError: who reads standard output has gone.
    """
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if target is None:
        try:
            sys.stdout.flush()
            left = memoryview(data)
            while left:  # with PYTHONUNBUFFERED, `write` may take a part and report no error
                left = left[sys.stdout.buffer.write(left) :]
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            discard_output()
            raise OutputError(
                f"standard output cannot be written ({error.strerror}); free the place, or write elsewhere with --to"
            ) from error
        return
    if os.path.isfile(target):
        target = os.path.realpath(target)  # the file behind a link is replaced, and the link stays
    partial = f"{target}.part-{os.getpid()}"
    try:
        if os.path.isdir(target):
            raise IsADirectoryError(21, "it is a folder", target)
        if os.path.exists(target) and not os.path.isfile(target):  # a device or a pipe cannot be replaced
            with open(target, "wb") as file:
                file.write(data)
            return
        with open(partial, "xb") as file:
            file.write(data)
        os.replace(partial, target)
    except BaseException as error:
        if os.path.exists(partial):
            os.remove(partial)
        if isinstance(error, OSError):
            raise OutputError(
                f"{target}: cannot be written ({error.strerror}); name another place with --to"
            ) from error
        raise


def discard_output() -> None:
    """Point standard output at nothing, so that the interpreter's own last flush cannot fail."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def open_standard_streams() -> None:
    """Open what the caller closed (`>&-`) as nothing, so that no file of the graph gets its number.

    Writing to the standard output that was closed then fails, as it should.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            stream = open(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)


def note(message: str) -> None:
    """Write one line to standard error, where it cannot mix with a result; control characters as escapes."""
    if not (message.isascii() and message.isprintable()):
        from kb.formatting.cells import visible

        message = visible(message)
    try:
        print(f"kb: {message}", file=sys.stderr, flush=True)
    except OSError:  # nobody can be told; the exit code says it
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def terminal_width() -> int:
    """Return the width to fit text to: COLUMNS if set, else the terminal's, else 100."""
    try:
        given = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        given = 0
    if given > 0:
        return given
    for stream in (1, 2):
        try:
            return max(os.get_terminal_size(stream).columns, 20)
        except OSError:
            continue
    return 100


def is_terminal(target: str | None = None) -> bool:
    """Whether what goes to the file `target`, or to standard output without one, goes to a terminal."""
    return target is None and sys.stdout.isatty()


def use_colour(target: str | None = None) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR is set or the terminal is dumb."""
    return is_terminal(target) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
