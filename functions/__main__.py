"""`python -m functions`: the operator's command line."""

import sys

from functions.cli.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
