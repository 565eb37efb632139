"""gcalcli as its users start it, with the stand-in for Google: `drive_gcalcli.py URL ARGUMENTS...`."""

import sys
from functools import partial

from gcalcli import cli, gcal


def main() -> None:
    _, url, *arguments = sys.argv
    gcal.build = partial(gcal.build, client_options={"api_endpoint": f"{url}/calendar/v3/"})
    sys.argv = ["gcalcli", "--nocache", "--nocolor", "--noincluderc", *arguments]
    cli.main()


if __name__ == "__main__":
    main()
