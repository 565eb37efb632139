"""One command for everything that runs on this machine: `python -m local COMMAND`."""

import importlib
import sys

COMMANDS = {
    "calendar": "gcal_standin.command",
    "conferences": "local.conferences.__main__",
    "demo": "local.demo.command",
    "send": "local.send",
    "up": "local.up",
}


def main(argv: list[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print(f"usage: python -m local {{{','.join(COMMANDS)}}} ...", file=sys.stderr)
        return 2
    status: int = importlib.import_module(COMMANDS[argv[0]]).main(argv[1:])
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
