"""What every provider promises, on the systems of ours: a signed webhook's, Janus, Zoom, Webex."""

from collections.abc import Iterator
from typing import Any

import pytest

from conformance import test_provider as suite
from conformance.plugin import limiting, silent, system  # noqa: F401 - fixtures
from conformance.system import Start, System
from conformance.test_provider import *  # noqa: F403 - the tests
from tests.contract.systems.janus import janus, janus_admin
from tests.contract.systems.webex import webex
from tests.contract.systems.webhook import webhook
from tests.contract.systems.zoom import zoom

LIMITING: list[Any] = [
    pytest.param(webhook, id="webhook"),
    pytest.param(zoom, id="zoom", marks=[pytest.mark.node, pytest.mark.descriptions]),
    pytest.param(webex, id="webex", marks=[pytest.mark.node, pytest.mark.descriptions]),
]
SYSTEMS: list[Any] = [
    *LIMITING,
    pytest.param(janus, id="janus", marks=pytest.mark.janus),
    pytest.param(janus_admin, id="janus-admin", marks=pytest.mark.janus),
]


@pytest.fixture(scope="module", params=SYSTEMS)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    start: Start = request.param
    with start(tmp_path_factory.mktemp("system")) as found:
        yield found


those_with_one = pytest.mark.parametrize("running", LIMITING, indirect=True)
test_a_limit = those_with_one(suite.test_a_limit)
test_a_short_limit = those_with_one(suite.test_a_short_limit)
