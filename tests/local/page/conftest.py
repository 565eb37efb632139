"""What the page watches, without the functions: a stand-in Calendar, a conference system, and who edits."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from gcal_standin import server as standin
from local.conferences import server as conferences
from local.page.deeds import Deeds
from local.page.wishes import Wish
from local.system import System

OWNER, BOB = "owner@example.com", "bob@example.com"


@dataclass(kw_only=True)
class Outside:
    calendar: standin.Server
    conferences: conferences.Server
    deeds: Deeds = field(init=False)

    def __post_init__(self) -> None:
        self.deeds = Deeds(
            cast("System", SimpleNamespace(calendar=self.calendar, conferences=self.conferences))
        )

    def do(self, deed: str, user: str = OWNER, **wish: Any) -> str:
        return self.deeds.do(Wish({"deed": deed, "user": user, **wish}))

    def make(self, title: str = "Planning", **wish: Any) -> str:
        hours = {"start": "2030-05-02T10:00", "end": "2030-05-02T11:00"}
        return self.do("create", title=title, **{**hours, **wish})

    def event(self, event_id: str, user: str = OWNER) -> dict[str, Any]:
        return self.deeds.person(user).get(event_id)

    def dates(self, user: str = OWNER) -> list[dict[str, Any]]:
        wish = Wish({"start": "2030-05-01T00:00", "end": "2030-05-15T00:00"})
        return self.deeds.person(user).shown(*wish.times())


@pytest.fixture
def outside() -> Iterator[Outside]:
    with standin.start() as calendar:
        rooms = conferences.start()
        made = Outside(calendar=calendar, conferences=rooms)
        yield made
        made.deeds.close()
        rooms.stop()
