"""`python -m kb` is the command line."""

from kb.cli import run_and_exit

run_and_exit()
