"""Command line options that every command around the system takes."""

import argparse
from pathlib import Path


def add_system_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=_empty_folder, help="empty folder for databases and logs, which then stay there"
    )
    parser.add_argument(
        "--set",
        dest="settings",
        metavar="NAME=VALUE",
        type=_pair,
        action="append",
        default=[],
        help="run the functions with this setting otherwise; may be repeated",
    )


def _empty_folder(text: str) -> Path:
    """The conference system keeps nothing over an end, so what another run left would not fit to it."""
    folder = Path(text).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise argparse.ArgumentTypeError(f"{folder} is not empty, and the system starts afresh")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{folder}: {error.strerror}") from error
    return folder


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
