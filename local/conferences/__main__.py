"""The conference system as a command: prints its address, runs until it is told to stop."""

import argparse
import signal
import sys
import threading
from types import FrameType

from local.conferences.server import start


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="conferences", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--secret", help="whsec_...; a new one is made without")
    wishes = parser.parse_args(argv)
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server = start(wishes.port, wishes.secret)
    print(f"WEBHOOK_URL={server.webhook_url}\nWEBHOOK_SECRET={server.secret}", flush=True)
    stopped.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
