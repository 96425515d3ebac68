"""`python -m kb.proof_checker PROOF.json DATASET.nq RULES_FOLDER`: check one proof, or a list of them."""

import json
import os
import sys
from collections.abc import Sequence

from kb.proof_checker.notation import CheckError
from kb.proof_checker.replay import Checker


def main(arguments: Sequence[str]) -> int:
    """Write `valid` or the first fault for each proof; return 0 if all are valid, 1 if one is not, 2 for wrong use."""
    if len(arguments) != 3:
        sys.stderr.write(f"usage: {__spec__.parent if __spec__ else ''} PROOF.json DATASET.nq RULES_FOLDER\n")
        return 2
    proof, dataset, folder = arguments
    try:
        rules = {name[:-3]: _text(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".rq")}
        document = json.loads(_text(proof))
        checker = Checker(_text(dataset), rules)
    except (OSError, ValueError, CheckError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    faults = [checker.fault(each) for each in (document if isinstance(document, list) else [document])]
    for fault in faults:
        sys.stdout.write(f"{fault or 'valid'}\n")
    return 1 if not faults or any(faults) else 0


def _text(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
