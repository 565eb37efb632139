"""The small Zoom as a command: prints the settings for it, runs until it is told to stop."""

import argparse
import signal
import sys
import threading
from types import FrameType

from local.zoom.server import start


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="zoom", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    wishes = parser.parse_args(argv)
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server = start(port=wishes.port)
    app = server.account.app
    print(
        f"ZOOM_API_URL={server.api_url}\nZOOM_TOKEN_URL={server.token_url}\nZOOM_ACCOUNT_ID={app.account_id}"
    )
    print(f"ZOOM_CLIENT_ID={app.client_id}\nZOOM_CLIENT_SECRET={app.client_secret}", flush=True)
    stopped.wait()
    server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
