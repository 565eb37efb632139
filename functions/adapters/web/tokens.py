"""Access tokens that a system gives for credentials, as OAuth 2.0 has it, kept in the instance while they
last. Instances need not share one: others may be in use beside it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlencode

import httpx

from functions.adapters.web.client import Answer, Call, Http
from functions.core.errors import RetryLater

EARLY_S = 300.0  # a token is replaced so long before its end
USUAL_S = 3_600.0  # for how long it is taken to be good if that is not said
WAIT_S = 20.0  # for another thread's fetch
# One that replaced a refused one and is refused too is not at fault: no other is asked for so long.
BELIEVED_S = 60.0

_UNAUTHORIZED = 401


class Credentials(RetryLater):
    """The system does not take what we show: that is put right in one place for all conferences, and none is
    set aside for it.
    """

    def __init__(self, why: str, *, logged: str | None = None) -> None:
        super().__init__(why, of_project=True, logged=logged)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """Not used any more after `until`, by the clock of the tokens. `said`: the whole answer."""

    token: str
    until: float
    said: Mapping[str, object]


def asking(http: Http, *, url: str, form: Mapping[str, str], basic: str = "") -> Answer:
    """What a token endpoint answers. `form` and `basic` (`user:password` in base64) say who asks."""
    headers = {"accept": "application/json", "content-type": "application/x-www-form-urlencoded"}
    if basic:
        headers["authorization"] = f"Basic {basic}"
    call = Call(method="POST", url=url, headers=headers, body=urlencode(form).encode())
    return http.send(lambda: call)


class Tokens:
    """Safe to share between threads: one of them fetches, the others wait for what it gets.

    `ask` asks for a new one; `no_token`: what an answer without a token means, of which it repeats no secret.
    `learned` is told of each that is to be used.
    """

    def __init__(
        self,
        *,
        ask: Callable[[], Answer],
        no_token: Callable[[Answer], Exception],
        clock: Callable[[], float],
        learned: Callable[[Granted], None] = lambda _: None,
    ) -> None:
        self._ask = ask
        self._learned = learned
        self._no_token = no_token
        self._clock = clock
        self._lock = Lock()
        self._kept: Granted | None = None
        self._believed_until = 0.0

    def get(self, *, refused: Granted | None = None) -> Granted:
        """One that lasts, and is not the one that was refused, unless that is believed. RetryLater if another
        thread takes long.
        """
        if not self._lock.acquire(timeout=WAIT_S):
            raise RetryLater("an access token takes long to come")
        try:
            kept = self._kept
            if kept is None or self._is_over(kept, refused):
                self._kept = None
                kept = self._kept = self.exchange()
                self._believed_until = self._clock() + BELIEVED_S if refused else 0.0
                self._learned(kept)
            return kept
        finally:
            self._lock.release()

    def _is_over(self, kept: Granted, refused: Granted | None) -> bool:
        now = self._clock()
        return kept.until <= now or (kept is refused and self._believed_until <= now)

    def exchange(self) -> Granted:
        """A new one. RetryLater, Credentials, or what else `no_token` says."""
        began = self._clock()
        answer = self._ask()
        said = answer.json()
        token = said.get("access_token") if isinstance(said, dict) else None
        if not (httpx.codes.is_success(answer.status) and isinstance(said, dict) and _is_sound(token)):
            raise self._no_token(answer)
        lasts = seconds(said.get("expires_in"))
        until = began + (USUAL_S if lasts is None else lasts) - EARLY_S
        return Granted(token=str(token), until=until, said=said)

    def used(self, send: Callable[[Granted], Answer]) -> Answer:
        """What is answered with a token; once more where it is not taken, with a new one: it may have ended
        early.
        """
        granted = self.get()
        answer = send(granted)
        return send(self.get(refused=granted)) if answer.status == _UNAUTHORIZED else answer


def _is_sound(token: object) -> bool:
    return isinstance(token, str) and token.isascii() and bool(token)


def seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
