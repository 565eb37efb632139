"""Functions that are served by processes which have all imports behind them: those cost most of a start.

That each starts from nothing is for tests/infra/test_archive.py and tests/local to show.
"""

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from functions_framework._cli import _cli

from local.system.served import ROOT, Process

FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload(
    [
        "tests.support.nursery",
        "cloudevents.http",
        "functions_framework._http.gunicorn",
        "functions.adapters.calendar.google",
        "functions.adapters.queues.sqlite",
        "functions.adapters.stores.sqlite",
        "functions.adapters.providers.webhook",
        "functions.flow.enrol",
        "functions.flow.receive",
        "functions.flow.renew",
        "functions.flow.sweep",
        "functions.flow.sync",
    ]
)


class Forked:
    """A process as subprocess would have it."""

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid or 0

    def poll(self) -> int | None:
        return self._process.exitcode

    def terminate(self) -> None:
        self._process.terminate()

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0.0)
        return self._process.exitcode


def begin(what: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
    process = FORKED.Process(target=_serve, args=(list(what), dict(environ), str(log)))
    process.start()
    return Forked(process)


def _serve(what: Sequence[str], environ: Mapping[str, str], log: str) -> None:
    os.setsid()
    printed = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(printed, stream)
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    sys.argv = ["functions-framework", *what]
    _cli(what)
