"""Users under delegation, many more than connections, on the functions as they are deployed."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from bench.environ import environ
from bench.googles import google
from bench.plan import Parts
from bench.users import AT_ONCE, RENEW, SYNC, acting, calendars, enrol, work
from functions.adapters.stores.sqlite import SqliteStore

pytestmark = pytest.mark.slow
USERS = 260
MIB_MAX = 200
PARTS = Parts(python=Path(sys.executable), firestore="", pubsub="")


@pytest.mark.parametrize("name", [SYNC, RENEW])
def test_a_function_acts_as_many_users_in_little_memory(name: str, tmp_path: Path) -> None:
    """Over TLS, where each connection has its price; and never as one with the token of another."""
    path, todo = str(tmp_path / "store.sqlite"), calendars(USERS)
    parts = {"STORE": f"sqlite:{path}", "QUEUE": f"sqlite:{tmp_path / 'queue.sqlite'}"}
    with google() as servers, closing(SqliteStore(path)) as store:
        enrol(store, todo)
        settings = environ(PARTS, **parts, **servers.settings, THREADS=str(AT_ONCE))
        with acting(PARTS, name, settings) as function:
            work(function, name, todo)
            assert function.peak() <= MIB_MAX
    assert len(servers.calendar.heard) >= USERS
    assert not [asked for asked in servers.calendar.heard if asked.charged_to_another]
