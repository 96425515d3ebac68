"""`python -m kb` is the command line."""

import sys

from kb.cli import main

sys.exit(main())
