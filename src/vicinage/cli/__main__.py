"""`python -m vicinage.cli`."""

import sys

from vicinage.cli import main

sys.exit(main())
