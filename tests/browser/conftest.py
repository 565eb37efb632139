"""Stories in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.chromium import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """No longer than a module: meanwhile no test in this process can run an event loop of its own."""
    with chromium() as made:
        yield made
