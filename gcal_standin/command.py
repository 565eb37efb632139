"""`gcal-standin`: serve the stand-in Calendar until interrupted."""

import argparse
import signal
import threading
from pathlib import Path

from gcal_standin import server


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="gcal-standin", description=__doc__)
    parser.add_argument("--port", type=int, default=8081, help="0 takes a free one (default: 8081)")
    parser.add_argument("--data", type=Path, help="keep the state in this file (default: in memory)")
    parser.add_argument("--user", default="owner@example.com", help="whose calendar `primary` is")
    parser.add_argument("--time-zone", default="UTC")
    parser.add_argument("--auth", action="store_true", help="each call needs an access token from here")
    options = parser.parse_args(argv)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    with server.start(
        options.port, options.data, user=options.user, time_zone=options.time_zone, auth=options.auth
    ) as running:
        print(f"stand-in Calendar: {running.url}/calendar/v3/  controls: {running.url}/standin/", flush=True)
        stopped.wait()
    return 0
