"""An independent checker of proofs: the standard library only, and nothing of the rest of the package.

It has its own reader of statements and rules and its own table of the rules of OWL 2 RL, so that a mistake of an engine
or of the prover does not pass. `python -m kb.proof_checker PROOF.json DATASET.nq RULES_FOLDER` runs it alone.
"""

from kb.proof_checker.notation import CheckError
from kb.proof_checker.replay import VERSION, Checker

__all__ = ["VERSION", "CheckError", "Checker"]
