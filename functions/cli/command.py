"""One command from its arguments to its exit code."""

import argparse
import os
import sys
from collections.abc import Sequence

from functions.cli.arguments import parser
from functions.cli.exits import CUT_OFF, FORESEEN, INTERRUPTED, advice, exit_for
from functions.cli.out import Out, printable
from functions.cli.progress import Progress, listening
from functions.settings import BadSettings


def main(argv: Sequence[str]) -> int:
    asked = parser().parse_args(argv)
    try:
        return _run(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_OFF


def _run(asked: argparse.Namespace) -> int:
    """A foreseen error is printed as a sentence or two; anything else is a bug and shows its traceback."""
    progress = Progress(sys.stderr, live=sys.stderr.isatty(), verbose=asked.verbose)
    out = Out(sys.stdout, as_json=asked.json, before=progress.clear)
    try:
        with listening(progress):
            return int(asked.run(asked, out, progress))
    except (*FORESEEN, BadSettings) as error:
        code = exit_for(error)
        sys.stderr.write(printable(f"{error}\n{advice(error)}".rstrip()) + "\n")
        out.error({"exit": code, "kind": type(error).__name__, "message": str(error)})
        return code
