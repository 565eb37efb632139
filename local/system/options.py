"""Command line options of the commands around the system: what is wrong is said in a sentence."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path

import httpx

from functions.adapters.web.guard import Guard
from local.system import kept
from local.system.system import PORTS_MAX

PORT_MAX = 65_536 - PORTS_MAX - 1  # for the page


def add_system_options(parser: argparse.ArgumentParser, folder: Callable[[str], Path], what: str) -> None:
    """`folder` reads what --data names, `what` tells of it."""
    parser.add_argument("--data", type=folder, metavar="FOLDER", help=what)
    parser.add_argument(
        "--set",
        dest="settings",
        metavar="NAME=VALUE",
        type=_pair,
        action="append",
        default=[],
        help="run the functions with this setting otherwise; may be repeated",
    )


def empty_folder(text: str) -> Path:
    folder = going_on(text)
    if any(folder.iterdir()):
        raise argparse.ArgumentTypeError(f"{folder} is not empty, and the story starts afresh: name another")
    return folder


def going_on(text: str) -> Path:
    folder = Path(text).absolute()
    if said := kept.fault(folder):
        raise argparse.ArgumentTypeError(said)
    return folder


def port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= PORT_MAX):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port: give a number up to {PORT_MAX}, such as 8800, or 0 for free ones"
        )
    return int(text)


def seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: give seconds, such as 5, or 0 for never")
    return found


def receiver(text: str) -> str:
    """An address that the provider takes, too; whether anybody listens there is not asked."""
    try:
        url = httpx.URL(Guard(setting="it", switch="", allow_private=True).url(text))
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} cannot be used, {error}: give where your receiver listens, "
            "such as http://127.0.0.1:3000/hook"
        ) from error
    return str(url)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE, such as DELETE_GRACE_SECONDS=60")
    return name, value
