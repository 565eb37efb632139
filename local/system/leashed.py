"""Runs functions-framework until standard input ends, which it does when the system's process does, however.

The framework's workers are ended with it: all are one process group. As a script, so that nothing but this is
loaded before the framework.
"""

import os
import signal
import sys
import threading

from functions_framework._cli import _cli  # as the framework's own script has it


def _hold() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_hold, name="leash", daemon=True).start()
    _cli(prog_name="functions-framework")
