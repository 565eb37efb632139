"""The command line in this process, on a system of its own for each test."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gcal_standin import server as standin
from local.conferences import server as conferences
from tests.cli.house import House, settings
from tests.support.wired import forget


@pytest.fixture
def house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[House]:
    """Nothing is enrolled yet."""
    with standin.start() as calendar, conferences.start() as system:
        made = House(calendar=calendar, conferences=system, environment=monkeypatch, captured=capsys)
        made.unset("GOOGLE_CLOUD_PROJECT", "GOOGLE_APPLICATION_CREDENTIALS")
        made.set(**settings(calendar, system, str(tmp_path)))
        yield made
        forget()


@pytest.fixture
def enrolled(house: House) -> House:
    """With the owner's calendar enrolled."""
    assert house.run("enrol", "primary").code == 0
    return house


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port
