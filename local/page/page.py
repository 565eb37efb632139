"""The page of one system: there before the system is, and as long as it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

from local.page.deeds import Deeds
from local.page.news import ENDED, RUNNING, STARTING, News
from local.page.operator import Operator
from local.page.server import PageServer
from local.page.sources import Deliveries
from local.page.view import week
from local.page.watch import Watch
from local.page.wishes import BadWish, Wish
from local.system import System

log = logging.getLogger(__name__)


class Page:
    """Runs inside a `with`. Until a system is shown it says that the system is starting. StartFailed."""

    def __init__(self, port: int) -> None:
        self._news = News()
        self._news.phase(STARTING)
        self._deliveries = Deliveries()
        self.heard = self._deliveries.heard
        self._server = PageServer(port, self._news)
        self.url = self._server.url
        self._watch: Watch | None = None
        self._deeds: Deeds | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @contextmanager
    def showing(self, system: System) -> Iterator[None]:
        """While inside, the system is up. Its first user's calendar is followed, unless users consent."""
        try:
            self._show(system)
            yield
        finally:
            self._hide()

    def _show(self, system: System) -> None:
        self._watch = Watch(system, self._deliveries, self._news)
        self._deeds = Deeds(system)
        self._watch.start()
        for user in self._deeds.users():
            if system.call("initialize_syncing", "GET", params={"calendar_id": user}).is_success:
                self._watch.followed(user)
        self._server.actions.update(_Actions(system, self._watch, self._deeds).table())
        if not system.plan.consent:
            _enrol_first(system)
        self._news.phase(RUNNING)

    def _hide(self) -> None:
        self._server.actions.clear()
        self._news.phase(ENDED)
        if self._watch is not None and self._deeds is not None:
            self._watch.stop()
            self._deeds.close()
        self._watch = self._deeds = None

    @property
    def down(self) -> set[str]:
        """Functions that somebody killed here, and that come back."""
        return set(self._watch.breaks.down) if self._watch else set()


class _Actions:
    def __init__(self, system: System, watch: Watch, deeds: Deeds) -> None:
        self._system = system
        self._watch = watch
        self._deeds = deeds
        self._operator = Operator(system)

    def table(self) -> dict[str, Any]:
        return {
            "week": self._week,
            "deeds": lambda wish: {"event": self._deeds.do(wish)},
            "breaks": self._watch.breaks.do,
            "users": self._user,
            "plan": lambda wish: self._operator.plan(wish.text("user", "The user's address")),
            "history": lambda wish: self._operator.history(wish.text("conference", "The conference's id")),
            "retry": lambda wish: self._operator.retry(wish.text("conference", "The conference's id")),
            "replay": lambda wish: self._operator.replay(wish.text("call", "The call's id")),
        }

    def _week(self, wish: Wish) -> Any:
        user = wish.text("user", "The user's address")
        since, until = wish.times()
        return {"events": week(self._deeds.person(user).shown(since, until), user)}

    def _user(self, wish: Wish) -> Any:
        email = wish.address()
        self._deeds.add_user(email)
        if not self._system.plan.consent:
            _enrol(self._system, email)
        return {"user": email}


def _enrol_first(system: System) -> None:
    """What cannot be enrolled is shown as not followed, and all else works."""
    try:
        _enrol(system, system.calendar.world.default_user)
    except BadWish as bad:
        log.warning("%s", bad)


def _enrol(system: System, user: str) -> None:
    """BadWish if the service does not take it."""
    try:
        answer = system.call("initialize_syncing", json={"calendar_id": user, "user": user})
    except httpx.TransportError:
        raise BadWish(
            "initialize_syncing does not answer: it may be down. Try again when it is back."
        ) from None
    if not answer.is_success:
        raise BadWish(f"initialize_syncing answered {answer.status_code}: {answer.text}")
