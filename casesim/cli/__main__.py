"""`python -m casesim.cli`."""

import sys

from casesim.cli import main

sys.exit(main())
