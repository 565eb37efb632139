"""The service's own webhook provider at work: what it sent, what came, and what it makes of that."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpcore

from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.web.client import Answer, Call, Http, Limits, Wait, asked
from functions.adapters.web.guard import Guard
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Change, Kind, Outcome

Bend = Callable[[Call], Call]
ONCE = Limits(tries=1)
NOW = timedelta()
_UNSENT = (httpcore.ConnectError, httpcore.ConnectTimeout, type(None))


class Unreachable(Exception):
    """No message could be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """`answer` is None if none came, or none in time."""

    call: Call
    answer: Answer | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """`follows` says for people what the service makes of it; `done`: and nothing is left to do."""

    tries: list[Try]
    done: bool
    follows: str


def as_made(call: Call) -> Call:
    return call


class Sender:
    """ValueError if the URL or the secret cannot be used. Addresses may be private, as on one machine."""

    def __init__(self, url: str, secret: str, *, limits: Limits = ONCE) -> None:
        self._guard = Guard(setting=repr(url), switch="", allow_private=True)
        self._settings = WebhookSettings(url=self._guard.url(url), secret=secret, allow_private=True)
        self.limits = limits
        WebhookProvider(self._settings)

    def push(self, change: Change, *, bend: Bend = as_made, shift: timedelta = NOW) -> Pushed:
        """One try. `bend` changes the message on its way, as a forger would; `shift` is how far the service's
        clock is ahead. Unreachable.
        """
        line, provider = self._line(bend, shift)
        done, follows = _end(provider, change)
        return Pushed(tries=line.tries, done=done, follows=follows)

    def ping(self) -> Pushed:
        """As `doctor` does it. Unreachable."""
        line, provider = self._line(as_made, NOW)
        try:
            return Pushed(done=True, follows=provider.check(), tries=line.tries)
        except (Rejected, RetryLater) as fault:
            return Pushed(done=False, follows=str(fault), tries=line.tries)

    def _line(self, bend: Bend, shift: timedelta) -> tuple["_Line", WebhookProvider]:
        line = _Line(self._guard, self.limits, bend)
        return line, WebhookProvider(self._settings, http=line, now=lambda: datetime.now(UTC) + shift)


class _Line(Http):
    def __init__(self, guard: Guard, limits: Limits, bend: Bend) -> None:
        super().__init__(addresses=guard.addresses, limits=limits)
        self._bend = bend
        self.tries: list[Try] = []

    def send(self, make: Callable[[], Call], *, wait: Wait = asked) -> Answer:
        call, began = self._bend(make()), time.monotonic()
        self.tries.append(Try(call=call, answer=None, seconds=0.0))

        def note(answer: Answer | None) -> None:
            self.tries[-1] = replace(self.tries[-1], answer=answer, seconds=time.monotonic() - began)

        def noted(answer: Answer, now: datetime) -> float | None:
            note(answer)
            return wait(answer, now)

        try:
            answer = super().send(lambda: call, wait=noted)
        except RetryLater as trouble:
            if self.tries[-1].answer is None and isinstance(trouble.__cause__, _UNSENT):
                raise Unreachable(f"{call.url} cannot be reached: {trouble}") from trouble
            raise
        note(answer)
        return answer


def _end(provider: WebhookProvider, change: Change) -> tuple[bool, str]:
    """As docs/webhook.md says what follows."""
    try:
        return True, _done(provider.apply(change))
    except Gone:
        if change.kind is Kind.DELETED:
            return True, "done: the conference is gone"
        return False, "parked: the conference is gone"
    except Rejected as refusal:
        return False, f"refused: parked with the words: {refusal}"
    except RetryLater as trouble:
        after = "" if trouble.delay is None else f", no sooner than in {trouble.delay:.0f} s"
        return False, f"tried again{after}: {trouble}"


def _done(outcome: Outcome) -> str:
    link = outcome.link
    if link is None:
        return "done"
    return f"done; how to join: {link.join_url}{' with ' + link.passcode if link.passcode else ''}"
