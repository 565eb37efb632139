"""The receivers of docs/webhook.md, as they stand there or with faults, run as readers would run them."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "webhook.md").read_text()
SECRET = "whsec_" + "c2VjcmV0" * 4
COMMANDS = {"python": [sys.executable, "receiver.py"], "js": ["node", "receiver.mjs"]}
START_S = 20


def receiver(language: str) -> str:
    """The page's only block of code in this language."""
    (code,) = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return str(code)


def faulty(code: str, faults: Mapping[str, str]) -> str:
    """With each of these in the place of what stands there once."""
    for old, new in faults.items():
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    return code


@contextmanager
def running(language: str, code: str) -> Iterator[str]:
    """Its address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = COMMANDS[language]
    environment = {**os.environ, "PORT": str(port), "WEBHOOK_SECRET": SECRET}
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / command[-1]).write_text(code)
        with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE) as process:
            try:
                _wait_for(port, process)
                yield f"http://127.0.0.1:{port}/"
            finally:
                process.kill()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.02)
            continue
        return
    raise AssertionError("the receiver did not start")
