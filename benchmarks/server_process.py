"""A server under measurement: a process and its children, their CPU seconds and their memory, as Linux counts them."""

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

TICK = os.sysconf("SC_CLK_TCK")


class ServerProcess:
    """A server that a command starts; use it in a `with` statement."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 -- as long as the server
        self.process = subprocess.Popen(
            command,
            env={**os.environ, **(environment or {})},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )

    def __enter__(self) -> "ServerProcess":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def log(self) -> str:
        """Return all that the server has printed so far."""
        return os.pread(self._log.fileno(), 1 << 20, 0).decode(errors="replace")

    def wait_for_port(self, port: int, seconds: float = 60) -> None:
        """Return when the server accepts connections."""
        for _ in self._tries(seconds):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return

    def wait_for_line(self, word: str, seconds: float = 60) -> str:
        """Return the first line it prints that holds `word`."""
        for _ in self._tries(seconds):
            for line in self.log().splitlines():
                if word in line:
                    return line
        raise AssertionError  # _tries ends by SystemExit

    def _tries(self, seconds: float) -> Iterator[None]:
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            yield
            time.sleep(0.05)
        said = self.log().strip()[-300:]
        self.stop()
        raise SystemExit(f"{self.process.args}: the server does not start: {said}")

    def pids(self) -> list[int]:
        """Return the process and its descendants: those that still live."""
        parents = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                parents[int(folder.name)] = int(_stat(int(folder.name))[1])
        found = [self.process.pid]
        for pid in found:
            found.extend(child for child, parent in parents.items() if parent == pid)
        return found

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of the process and its descendants, with those that ended and were waited for."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                total += sum(map(int, _stat(pid)[11:15]))
        return total / TICK

    def memory(self) -> tuple[float, float]:
        """Return MiB: the resident sets of all processes added up, and with shared pages divided (PSS)."""
        resident = proportional = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
                sizes = {line.split()[0]: int(line.split()[1]) for line in lines[1:]}
                resident, proportional = resident + sizes["Rss:"], proportional + sizes["Pss:"]
        return resident / 1024, proportional / 1024

    def stop(self, grace: float = 5) -> None:
        """End it and its descendants."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)  # the group that Popen made for it
        self.process.wait()
        self._log.close()


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on, which is the third."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()


def free_port() -> int:
    """Return a port of the loopback interface that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
