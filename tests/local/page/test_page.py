"""The page comes and goes with its system, however that ends."""

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.page.page import Page
from local.system import Plan, System
from tests.local.page.conftest import Outside


def test_a_start_that_is_interrupted_leaves_nothing_running(outside: Outside) -> None:
    """Else the command would never end: Ctrl-C may come while the first calendar is being enrolled."""

    def interrupted(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    system = SimpleNamespace(
        calendar=outside.calendar,
        conferences=outside.conferences,
        functions={},
        settings={"WEBHOOK_URL": outside.conferences.webhook_url},
        plan=Plan(),
        call=interrupted,
    )
    with Page(0) as page, pytest.raises(KeyboardInterrupt), page.showing(cast("System", system)):
        pytest.fail("it was interrupted before")
    assert {"page", "page-watch"}.isdisjoint(each.name for each in threading.enumerate())
