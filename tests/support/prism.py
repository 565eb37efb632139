"""Stoplight's Prism between an adapter and a stand-in: both are held to the vendor's own description.

A request that breaks the description is answered 422, an answer that does 500, each with what is wrong.
Tests with it need the marks `node` and `descriptions`.
"""

import fcntl
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from functions.adapters.web.client import Answer, Call, Http
from tests.support import needs

VERSION = "5.14.2"
FOLDER = Path(__file__).parents[2] / ".cache" / f"prism-{VERSION}"
PROGRAM = FOLDER / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
READY_S = 60.0

_LISTENING = re.compile(r"Prism is listening on (http://127\.0\.0\.1:\d+)")


def install() -> Path:
    """The program, installed once for all workers: the folder appears when it is whole."""
    FOLDER.parent.mkdir(exist_ok=True)
    with (FOLDER.parent / f"{FOLDER.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not PROGRAM.exists():
            _fill(FOLDER)
    return PROGRAM


def _fill(folder: Path) -> None:
    made = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    options = ["--no-audit", "--no-fund", "--ignore-scripts"]
    command = ["npm", "install", "--prefix", str(made), *options, f"@stoplight/prism-cli@{VERSION}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        shutil.rmtree(made)
        needs.missing(f"Prism, which npm could not install: {done.stderr.strip()[-200:]}")
    shutil.rmtree(folder, ignore_errors=True)
    made.rename(folder)


def _path(url: str) -> str:
    return "/" + url.split("/", 3)[-1]


class Tapped(Http):
    """An Http that keeps what Prism finds wrong with what passes."""

    def __init__(self, found: list[str], **more: Any) -> None:
        super().__init__(**more)
        self._found = found

    def _once(self, call: Call) -> Answer:
        answer = super()._once(call)
        said = answer.headers.get("sl-violations", "")
        if b"stoplight.io/prism/errors" in answer.body:
            said = answer.body.decode()
        if said:
            self._found.append(f"{call.method} {_path(call.url)}: {said}")
        return answer


@dataclass(slots=True)
class Prism:
    """Runs from `start` to `stop`. `found` has what was wrong since it was last cleared."""

    description: str
    upstream: str
    url: str = ""
    found: list[str] = field(default_factory=list)
    _process: subprocess.Popen[bytes] | None = None
    _log: Path | None = None

    def start(self) -> Self:
        """On a free port. `description` names a file of the vendors' descriptions."""
        document = str(needs.descriptions() / self.description)
        command = ["node", str(install()), "proxy", document, self.upstream]
        with tempfile.NamedTemporaryFile(prefix="prism-", suffix=".log", delete=False) as log:
            self._log = Path(log.name)
            options = ["--errors", "-h", "127.0.0.1", "-p", "0"]
            self._process = subprocess.Popen([*command, *options], stdout=log, stderr=log)
        self.url = self._ready()
        return self

    def _ready(self) -> str:
        assert self._log
        assert self._process
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self._process.poll() is None:
            if found := _LISTENING.search(self._log.read_text()):
                return found[1]
            time.sleep(0.05)
        said = self._log.read_text()[-2000:]
        self.stop()
        raise AssertionError(said)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
        if self._log:
            self._log.unlink()
            self._log = None

    def http(self, **more: Any) -> Http:
        """For an adapter that goes through here: what is wrong with its requests and answers is kept."""
        return Tapped(self.found, **more)

    @contextmanager
    def held(self) -> Iterator[Self]:
        """What is done meanwhile keeps to the description, both ways, or it fails with what is wrong."""
        self.found.clear()
        yield self
        wrong = [each for each in self.found if '"severity":"Error"' in each or "prism/errors#" in each]
        assert not wrong, "\n".join(wrong)


@contextmanager
def prism(description: str, upstream: str) -> Iterator[Prism]:
    """Between whoever asks `Prism.url` and the stand-in at `upstream`, its base path included."""
    running = Prism(description, upstream).start()
    try:
        yield running
    finally:
        running.stop()
