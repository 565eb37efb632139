"""`gcal-standin`: serve the stand-in Calendar until interrupted."""

import argparse
import errno
import signal
import sys
import time
from pathlib import Path

from gcal_standin import __version__, server
from gcal_standin.model.errors import ApiError
from gcal_standin.model.times import zone_of
from gcal_standin.seed.lines import BadSeed, is_address

_WRONG = 2
_LOOK_S = 0.5
_PORT_MAX = 65_535


def main(argv: list[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    try:
        running = server.start(**vars(options))
    except BadSeed as bad:
        return _refused(*(f"{options.seed}: {each}" for each in bad.sentences))
    except OSError as error:
        return _refused(_why(error, options))
    except (ValueError, LookupError, TypeError) as error:
        return _refused(f"{options.data} was not written by a stand-in ({error!r}): take another --data.")
    try:
        with running:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            root = running.url
            print(f"stand-in Calendar: {root}/calendar/v3/  controls: {root}/standin/", flush=True)
            while True:  # without a lock, which a signal might come between
                time.sleep(_LOOK_S)
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gcal-standin", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="0.0.0.0: whoever reaches this machine (default: %(default)s)")
    add("--port", type=_port, default=8081, help="0 takes a free one (default: %(default)s)")
    add("--seed", type=Path, metavar="FILE", help="users, calendars and events to begin with")
    add("--data", type=Path, metavar="FILE", help="keep the state in this file (default: in memory)")
    add("--user", type=_address, default="owner@example.com", help="whose calendar `primary` is")
    add("--time-zone", type=_zone, default="UTC", help="of calendars that name none (default: %(default)s)")
    add("--auth", action="store_true", help="each call needs an access token from here")
    add("--http-receivers", action="store_true", help="channels may have http addresses beyond loopback")
    add("--version", action="version", version=__version__)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > _PORT_MAX:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to {_PORT_MAX}, and not {text!r}")
    return int(text)


def _address(text: str) -> str:
    if not is_address(text):
        raise argparse.ArgumentTypeError(f"a user is an address such as bob@example.com, and not {text!r}")
    return text.lower()


def _zone(text: str) -> str:
    try:
        zone_of(text)
    except ApiError as error:
        said = f"a time zone is a name such as Europe/Berlin, and not {text!r}"
        raise argparse.ArgumentTypeError(said) from error
    return text


def _why(error: OSError, options: argparse.Namespace) -> str:
    """Return what keeps it from starting, and what would be right."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {options.port} is taken: choose another with --port, or 0 for a free one."
    if error.errno == errno.EADDRNOTAVAIL or (error.errno or 0) < 0:  # below zero: no such name
        return f"This machine is not {options.host}: --host is an address of its own, or 0.0.0.0 for all."
    if error.filename is None:
        return f"Port {options.port} of {options.host} cannot be had: {error.strerror}."
    which = "--seed" if error.filename == str(options.seed) else "--data"
    return f"{which} {error.filename} cannot be had: {error.strerror}. Give the path of another file."


def _refused(*sentences: str) -> int:
    print(*sentences, sep="\n", file=sys.stderr)
    return _WRONG
