"""What contract tests of more than one module ask for."""

from collections.abc import Iterator

import pytest

from functions.adapters.provider_zoom import ZoomProvider
from tests.contract.zoom_rig import Zoom


@pytest.fixture
def zoom() -> Iterator[Zoom]:
    made = Zoom()
    yield made
    made.server.stop()


@pytest.fixture
def fixed(zoom: Zoom) -> ZoomProvider:
    """One that gives a series its times."""
    return zoom.provider(recurrence="fixed")
