"""What once went wrong goes right."""

import pytest

from tests.simulation.history import run
from tests.simulation.stories import STORIES
from tests.simulation.story import read


@pytest.mark.parametrize("name", STORIES)
def test_story(name: str) -> None:
    """Every promise is kept in the end."""
    assert run(read(STORIES[name])).broken == []
