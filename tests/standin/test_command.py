"""The command: where it listens, what it begins with, and what it says of wrong options."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from gcal_standin import __version__, server
from tests.standin.caller import Caller
from tests.standin.samples import timed

COMMAND = [sys.executable, "-m", "gcal_standin"]
WRONG = {
    "--port 70000": "a port is a number from 0 to 65535, and not '70000'",
    "--port x": "a port is a number from 0 to 65535, and not 'x'",
    "--user bob": "a user is an address such as bob@example.com, and not 'bob'",
    "--time-zone Mars": "a time zone is a name such as Europe/Berlin, and not 'Mars'",
    "--seed nowhere.jsonl": "--seed nowhere.jsonl cannot be had: No such file or directory.",
    "--data nowhere/data": "--data nowhere/data cannot be had: No such file or directory.",
    "--data other.json": "other.json was not written by a stand-in",
    "--host 203.0.113.5": "This machine is not 203.0.113.5: --host is an address of its own",
    "--host no.such.host.invalid": "This machine is not no.such.host.invalid",
}


def has_ipv6() -> bool:
    """Whether this machine has IPv6 on loopback; containers often have not."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@contextmanager
def served(*options: str) -> Iterator[str]:
    """The address that the command says it serves."""
    command = [*COMMAND, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[2].removesuffix("/calendar/v3/")
        finally:
            process.terminate()
            assert process.wait(timeout=10) == 0


def test_a_seeded_stand_in_for_a_network(tmp_path: Path) -> None:
    """It listens where it is told, begins with its seed, and lets channels have http addresses."""
    seed = tmp_path / "seed.jsonl"
    seed.write_text(json.dumps({"event": timed(id="seeded")}))
    with served("--host", "0.0.0.0", "--seed", str(seed), "--http-receivers") as url, Caller(url) as caller:
        assert caller.events().get("seeded")["summary"] == "Meeting"
        channel = {"id": "c", "type": "web_hook", "address": "http://app.internal/hook"}
        caller.ok("POST", "calendars/primary/events/watch", channel)
    with served() as url, Caller(url) as caller:
        refused = caller.call("POST", "calendars/primary/events/watch", channel)
        assert refused.refusal == (400, "push.webhookUrlNotHttps")


@pytest.mark.parametrize("options", WRONG)
def test_wrong_options(tmp_path: Path, options: str) -> None:
    """A sentence says what is wrong and what would be right, and nothing is served."""
    (tmp_path / "other.json").write_text('{"a": 1}\n')
    environ = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    done = subprocess.run(
        [*COMMAND, *options.split()], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert WRONG[options] in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken() -> None:
    """It is said which, and how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([*COMMAND, "--port", str(port)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == f"Port {port} is taken: choose another with --port, or 0 for a free one.\n"


def test_a_bad_seed(tmp_path: Path) -> None:
    """Each sentence has the file and the line."""
    seed = tmp_path / "seed.jsonl"
    seed.write_text('{"user": "bob"}\nnope\n')
    done = subprocess.run([*COMMAND, "--seed", str(seed)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    said = [line.partition(": ")[2][:7] for line in done.stderr.splitlines()]
    assert said == ["line 1:", "line 2:"]


def test_its_version() -> None:
    """As the package has it."""
    done = subprocess.run([*COMMAND, "--version"], capture_output=True, text=True, check=False)
    assert done.stdout == f"{__version__}\n"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", *(["::1"] if has_ipv6() else [])])
def test_hosts(host: str) -> None:
    """Wherever it listens, its URL is one that this machine can call."""
    with server.start(host=host) as standin:
        assert httpx.get(f"{standin.url}/standin/health").json()["status"] == "ok"
        assert httpx.get(f"{standin.url}/$discovery/rest?version=v3").json()["rootUrl"] == f"{standin.url}/"
