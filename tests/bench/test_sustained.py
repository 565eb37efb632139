"""The load test in its short form: seconds instead of minutes."""

import pytest

from bench.report import MET
from bench.sustained import main

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("setup", ["embedded", pytest.param("emulators", marks=pytest.mark.emulators)])
def test_nothing_is_lost_under_load(setup: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every last change arrives, no calendar is read more than twice for a burst, and memory stays flat."""
    assert main([setup, "--short"]) == 0
    said = capsys.readouterr().out
    assert f"200 notifications over 20 calendars, {setup}" in said
    assert said.count(f"| {MET}") == 3
