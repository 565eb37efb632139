"""`python -m gcal_standin` is `gcal-standin`."""

import sys

from gcal_standin.command import main

sys.exit(main())
