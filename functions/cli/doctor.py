"""Looks at every part that the service needs, goes on after a fault, and says what to do about each."""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field

from functions import providers, wiring
from functions.adapters.calendar.auth import scopes_for
from functions.adapters.calendar.oauth import GoogleConsents
from functions.cli.exits import FORESEEN, Exit
from functions.cli.out import Data, Out
from functions.cli.reach import answers
from functions.core.enrolment import Access
from functions.core.errors import AccessLost, RetryLater
from functions.core.model import Place
from functions.ports import Calendar
from functions.settings import CONSENTED, OAUTH, Settings

AUTH_SETTINGS = (
    "CALENDAR_AUTH",
    "CALENDAR_SERVICE_ACCOUNT",
    "CALENDAR_API_ENDPOINT",
    "GOOGLE_OAUTH_URL",
    *CONSENTED,
)
NETWORK = "is it up, and is the network?"
SEEN_AS = {
    "delegation": "does the user exist? In the admin console, under domain-wide delegation, grant the "
    "service account: {scopes}",
    "service_account": "share the calendar with the service account, with the right to change events",
    OAUTH: "send the user to CONNECT_URL: python -m functions connect USER",
    "anonymous": "does the stand-in have this calendar?",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`ok` is None if it could not be looked at; `remedy` is what to do about a fault."""

    check: str
    ok: bool | None
    found: str
    remedy: str = ""


def examine(out: Out, calendar_id: str | None, user: str | None) -> Exit:
    done: list[Check] = []
    given, known_faults, _ = wiring.survey("doctor")
    patient = _Patient(given, known_faults, calendar_id=calendar_id, user=user)
    out.listing(
        "checks", (asdict(check) for check in _noted(patient.checks(), done)), _line, lambda: _verdict(done)
    )
    faults = [check for check in done if check.ok is False]
    if any(check.check == "settings" for check in faults):
        return Exit.SETTINGS
    return Exit.FAILED if faults else Exit.DONE


def _noted(checks: Iterator[Check], done: list[Check]) -> Iterator[Check]:
    for check in checks:
        done.append(check)
        yield check


def _verdict(done: Sequence[Check]) -> Data:
    return {"ok": not any(check.ok is False for check in done)}


def _line(check: Data) -> str:
    word = {True: "ok", False: "FAULT", None: "skipped"}[check["ok"]]  # type: ignore[index]
    remedy = f"\n{'':27}-> {check['remedy']}" if check["remedy"] else ""
    return f"{word:<9}{check['check']:<18}{check['found']}{remedy}"


@dataclass(slots=True)
class _Patient:
    """The settings as far as they can be read, with their faults, and what has been found broken."""

    settings: Settings
    faults: Sequence[str]
    calendar_id: str | None = field(kw_only=True)
    user: str | None = field(kw_only=True)
    broken: set[str] = field(default_factory=set)

    def checks(self) -> Iterator[Check]:
        given = self.settings
        yield from self._settings()
        project = ["GOOGLE_CLOUD_PROJECT"]
        yield self._look("credentials", AUTH_SETTINGS, self._credentials, "")
        if given.auth == OAUTH:
            yield self._look("consent", [*AUTH_SETTINGS, "STORE"], self._consent, NETWORK)
        yield self._calendar()
        needs = ["STORE", *(project if given.store == "firestore" else [])]
        yield self._look("store", needs, self._store, f"STORE={given.store}: {NETWORK}")
        needs = ["QUEUE", *(project if given.queue == "pubsub" else [])]
        yield self._look("queue", needs, self._queue, f"QUEUE={given.queue}: {NETWORK}")
        yield self._notifications()
        for name in given.provider_names:
            yield self._provider(name)

    def _settings(self) -> Iterator[Check]:
        for fault in self.faults:
            name, _, text = fault.partition(": ")
            self.broken.add(name)
            yield Check(
                check="settings", ok=False, found=f"{name}: {text}", remedy="mend it in the environment"
            )
        if not self.faults:
            yield Check(check="settings", ok=True, found="all there and readable")

    def _look(self, name: str, needs: Sequence[str], probe: Callable[[], str], remedy: str) -> Check:
        lacking = sorted(self.broken.intersection(needs))
        if lacking:
            return Check(check=name, ok=None, found=f"mend {', '.join(lacking)} first")
        try:
            return Check(check=name, ok=True, found=probe())
        except FORESEEN as error:
            self.broken.add(name)
            return Check(check=name, ok=False, found=str(error), remedy=self._remedy(error, remedy))

    def _remedy(self, error: Exception, usual: str) -> str:
        """An error that an operator has to mend says itself how."""
        if isinstance(error, AccessLost):
            writes = self.settings.policy.write_back is not Place.OFF
            return SEEN_AS[self.settings.auth].format(scopes=",".join(scopes_for(writes=writes)))
        return usual if isinstance(error, RetryLater) and not error.of_project else ""

    def _credentials(self) -> str:
        self._client()
        return f"CALENDAR_AUTH={self.settings.auth}"

    def _client(self) -> Calendar:
        return wiring.make_calendar(self.settings, self._consents())

    def _consents(self) -> GoogleConsents | None:
        given = self.settings
        return wiring.make_consents(given, wiring.make_store(given)) if given.auth == OAUTH else None

    def _consent(self) -> str:
        asked = self._consents()
        return asked.check() if asked else ""

    def _calendar(self) -> Check:
        """If no calendar is named, the primary one of the user who is asked as."""
        whose = self.calendar_id or (
            "primary" if self.user or self.settings.auth not in {"delegation", OAUTH} else None
        )
        if whose is None:
            hint = "name one to see whether it can be read: doctor CALENDAR, or doctor --user USER"
            return Check(check="calendar", ok=None, found=hint)
        needs = ["credentials", *AUTH_SETTINGS]
        return self._look("calendar", needs, lambda: self._resolved(Access(whose, self.user)), NETWORK)

    def _resolved(self, access: Access) -> str:
        return f"{self._client().resolve(access)} can be read"

    def _store(self) -> str:
        wiring.make_store(self.settings).check()
        return self.settings.store

    def _queue(self) -> str:
        wiring.make_queue(self.settings).check()
        return self.settings.queue

    def _notifications(self) -> Check:
        url = self.settings.notification_url
        if "NOTIFICATION_URL" in self.broken:
            return self._look("notifications", ["NOTIFICATION_URL"], str, "")
        ok, found, remedy = answers(url)
        return Check(check="notifications", ok=ok, found=found, remedy=remedy)

    def _provider(self, name: str) -> Check:
        def probe() -> str:
            return providers.made(name, os.environ).check() or "can be reached"

        remedy = f"see the settings {providers.prefix(name)}*; {NETWORK}"
        return self._look(f"provider {name}", [f"provider {name}"], probe, remedy)
