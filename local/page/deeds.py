"""What people do in the week: each deed as Google's own page does it, through the Calendar API."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx

from local.demo.owner import Owner, times
from local.demo.wrong import Refused
from local.page.wishes import BadWish, Wish
from local.page.words import conference_of, name, slot
from local.system import System

Body = dict[str, Any]
TOKEN_S = 1_800.0  # of the hour that a token of Calendar's own page lives


class Deeds:
    """Does one after the other. BadWish says what cannot be done, and why."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._client = httpx.Client(trust_env=False)
        self._people: dict[str, tuple[Owner, float]] = {}
        self._table: Mapping[str, Callable[[str, Wish], str]] = {
            "create": self._create,
            "change": self._change,
            "delete": self._delete,
            "restore": self._restore,
            "copy": self._copy,
            "invite": self._invite,
            "answer": self._answer,
            "detach": self._detach,
        }

    def close(self) -> None:
        self._client.close()

    def users(self) -> list[str]:
        return self._system.calendar.world.users()

    def person(self, user: str) -> Owner:
        if user not in self.users():
            raise BadWish(f"Nobody here is called {user}: choose one of {', '.join(self.users())}.")
        owner, until = self._people.get(user, (None, 0.0))
        if owner is None or until < time.monotonic():
            owner = Owner(self._system, self._client, user)
            self._people[user] = owner, time.monotonic() + TOKEN_S
        return owner

    def add_user(self, email: str) -> None:
        if email in self.users():
            raise BadWish(f"{email} is here already: choose them above the week.")
        self._system.calendar.control("POST", "users", {"email": email})

    def do(self, wish: Wish) -> str:
        """The id of the event that it was done to."""
        deed = wish.choice("deed", list(self._table), "The deed")
        try:
            return self._table[deed](wish.text("user", "The user's address"), wish)
        except Refused as refused:
            raise BadWish(f"Calendar refuses: {_words(refused)}") from refused

    def _create(self, user: str, wish: Wish) -> str:
        title, (start, end), guests, rule = wish.title(), wish.times(), wish.guests(), wish.rule()
        person = self.person(user)
        more: Body = {"end": times(start, end)["end"]} | ({"recurrence": rule} if rule else {})
        if guests:
            more["attendees"] = [{"email": one} for one in [user, *guests]]
        return person.insert(title, start, person.make_conference(), **more)

    def _change(self, user: str, wish: Wish) -> str:
        """Title or times, of one date of a series, of it and the following ones, or of all."""
        event, scope = self._event(user, wish), wish.scope()
        change: Body = {"summary": wish.title()} if wish.has("title") else {}
        if wish.has("start"):
            change |= times(*wish.times())
        if not change:
            raise BadWish("Nothing is to be changed: give a title, or a start and an end.")
        series = event.get("recurringEventId")
        if series and scope == "following":
            return self._split(user, str(event["id"]), change)
        if series and scope == "all":
            event, change = self._whole(user, event, change)
        self.person(user).patch(event["id"], change)
        return str(event["id"])

    def _split(self, user: str, instance: str, change: Body) -> str:
        asked = {"calendarId": user, "instanceId": instance, "change": change}
        return str(self._system.calendar.control("POST", "split", asked)["id"])

    def _whole(self, user: str, instance: Body, change: Body) -> tuple[Body, Body]:
        """The series, and what changes of it if one of its dates is to be like this."""
        series = self.person(user).get(str(instance["recurringEventId"]))
        if "start" not in change:
            return series, change
        start, end = (datetime.fromisoformat(change[each]["dateTime"]) for each in ("start", "end"))
        begins = _moment(series, "start") + (start - _moment(instance, "start"))
        return series, change | times(begins, begins + (end - start))

    def _delete(self, user: str, wish: Wish) -> str:
        event, scope = self._event(user, wish), wish.scope()
        series = event.get("recurringEventId")
        if series and scope == "following":
            asked = {"calendarId": user, "instanceId": event["id"]}
            self._system.calendar.control("POST", "end", asked)
            return str(series)
        target = str(series if series and scope == "all" else event["id"])
        self.person(user).delete(target)
        return target

    def _restore(self, user: str, wish: Wish) -> str:
        event = self._event(user, wish)
        self.person(user).patch(event["id"], {"status": "confirmed"})
        return str(event["id"])

    def _copy(self, user: str, wish: Wish) -> str:
        """The copy, a day later unless it is said when, carries the same conference."""
        event, person = self._event(user, wish), self.person(user)
        if not conference_of(event):
            raise BadWish("This meeting has no conference, so a copy of it shows nothing: copy another one.")
        start, end = _moment(event, "start"), _moment(event, "end")
        begins = wish.moment("start", "start of the copy") if wish.has("start") else start + timedelta(days=1)
        title, ends = f"{event.get('summary', '')} (copy)", times(begins, begins + (end - start))["end"]
        return person.insert(title, begins, event["conferenceData"], end=ends)

    def _invite(self, user: str, wish: Wish) -> str:
        """To the whole series, where it is one."""
        event, guest = self._series(user, wish), wish.address()
        known = event.get("attendees") or [{"email": user, "responseStatus": "accepted"}]
        if guest in {one["email"] for one in known}:
            raise BadWish(f"{name(guest)} is invited already: invite somebody else.")
        self.person(user).patch(event["id"], {"attendees": [*known, {"email": guest}]})
        return str(event["id"])

    def _answer(self, user: str, wish: Wish) -> str:
        event = self._series(user, wish)
        answer = wish.choice("answer", ["accepted", "declined", "tentative"], "The answer")
        people = event.get("attendees", [])
        if user not in {one["email"] for one in people}:
            raise BadWish(f"{name(user)} is no guest of this meeting, so there is nothing to answer.")
        said = [one | ({"responseStatus": answer} if one["email"] == user else {}) for one in people]
        self.person(user).patch(event["id"], {"attendees": said})
        return str(event["id"])

    def _detach(self, user: str, wish: Wish) -> str:
        event = self._series(user, wish)
        self.person(user).patch(event["id"], {"conferenceData": None})
        return str(event["id"])

    def _event(self, user: str, wish: Wish) -> Body:
        return self.person(user).get(wish.text("event", "The meeting's id"))

    def _series(self, user: str, wish: Wish) -> Body:
        event = self._event(user, wish)
        series = event.get("recurringEventId")
        return self.person(user).get(series) if series else event


def _moment(event: Body, name: str) -> datetime:
    at = slot(event[name])
    if not isinstance(at, datetime):
        raise BadWish("This meeting lasts all day: change it by the Calendar API, or make one with hours.")
    return at


def _words(refused: Refused) -> str:
    """What Calendar said, without its JSON."""
    try:
        return str(json.loads(refused.text)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return f"it answered {refused.status}."
