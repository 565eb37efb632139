"""All that is stored of one person, as one JSON document, whether or not `--json` asks for one."""

import json
from argparse import Namespace

from functions import wiring
from functions.cli.exits import Exit
from functions.cli.out import Out
from functions.cli.progress import Counted, Progress
from functions.flow import exporting


def export(asked: Namespace, out: Out, progress: Progress) -> Exit:
    store = wiring.store("export")
    records = Counted(progress, "records searched").each(store.conferences())
    found = exporting.export(store, asked.user, records)
    out.result(found, json.dumps(found, indent=2))
    return Exit.DONE
