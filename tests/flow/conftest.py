"""A rig for every story."""

from collections.abc import Iterator

import pytest

from tests.support.rig import Rig, rig


@pytest.fixture
def house() -> Iterator[Rig]:
    """An enrolled calendar with nothing in it; deletion has no grace unless a test gives it one."""
    with rig(grace=0) as made:
        made.enrol()
        yield made
