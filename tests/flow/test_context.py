"""What flows are given when nothing else is said."""

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.rig import Rig


def test_the_clock_is_the_machines_in_utc(house: Rig) -> None:
    """Aware, and now."""
    usual: Any = {field.name: field.default for field in dataclasses.fields(house.context)}
    now = usual["now"]()
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert now.tzinfo is UTC


def test_names_are_never_given_twice(house: Rig) -> None:
    """Channels must not share an id (FACTS.md 1.1)."""
    new_id = house.context.new_id
    assert len({new_id() for _ in range(100)}) == 100
