"""What can be made to go wrong, and how it heals."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from local.conferences.faults import Fault
from local.page.observed import Broken
from local.page.wishes import BadWish, Wish
from local.page.words import name
from local.system import System
from local.system.consent import CLIENT_ID
from local.system.served import StartFailed

ALWAYS = 1_000_000
DOWN_S = 2.0  # as long as another instance may take to come
ANSWERS: Mapping[str, Fault | None] = {
    "fine": None,
    "500": Fault(kind="status", status=500, count=ALWAYS),
    "401": Fault(kind="status", status=401, count=ALWAYS),
    "nothing": Fault(kind="lose", count=ALWAYS),
}
ANSWERED = {
    "fine": "The conference system answers as it should again",
    "500": "The conference system answers 500 from now on",
    "401": "The conference system answers 401 from now on",
    "nothing": "The conference system answers nothing from now on",
}


class Breaks:
    """`down` are the functions that were killed and are not back; they come back by themselves."""

    def __init__(self, system: System, told: Callable[[Broken], None]) -> None:
        self._system = system
        self._told = told
        self._lock = threading.Lock()
        self._timers: list[threading.Timer] = []
        self._closed = False
        self.answers = "fine"
        self.down: set[str] = set()
        self._table: Mapping[str, Callable[[Wish], str]] = {
            "drop": self._drop,
            "double": self._double,
            "expire": self._expire,
            "answers": self._answers,
            "kill": self._kill,
            "consent": self._consent,
        }

    def do(self, wish: Wish) -> None:
        said = self._table[wish.choice("break", list(self._table), "What is to break")](wish)
        self._told(Broken(at=datetime.now(UTC), what=said))

    def armed(self) -> dict[str, object]:
        """What waits to go wrong, and what is wrong."""
        plan = self._system.calendar.service.notifier.disturbance
        return {
            "drop": plan.drop_next,
            "double": plan.duplicate_next,
            "answers": self.answers,
            "down": sorted(self.down),
        }

    def close(self) -> None:
        """What would come back stays away; what is just coming back is waited for."""
        with self._lock:
            self._closed = True
            for timer in self._timers:
                timer.cancel()
        for timer in self._timers:
            timer.join()

    def _drop(self, _: Wish) -> str:
        self._system.calendar.control("POST", "notifications", {"dropNext": 1})
        return "The next push will be lost"

    def _double(self, _: Wish) -> str:
        self._system.calendar.control("POST", "notifications", {"duplicateNext": 1})
        return "The next push will come twice"

    def _expire(self, _: Wish) -> str:
        self._system.calendar.control("POST", "expire")
        return "Calendar forgets its sync tokens"

    def _answers(self, wish: Wish) -> str:
        answer = wish.choice("answer", list(ANSWERS), "What the conference system answers")
        faults, fault = self._system.conferences.faults, ANSWERS[answer]
        faults.clear()
        if fault is not None:
            faults.add(Fault(kind=fault.kind, status=fault.status, count=fault.count))
        self.answers = answer
        return ANSWERED[answer]

    def _kill(self, wish: Wish) -> str:
        killed = wish.choice("function", list(self._system.functions), "The function to kill")
        with self._lock:
            if killed in self.down or self._closed:
                return f"{killed} is down already"
            self.down.add(killed)
            self._system.functions[killed].kill()
            timer = threading.Timer(DOWN_S, self._back, (killed,))
            self._timers.append(timer)
            timer.start()
        return f"{killed} is killed; another instance comes"

    def _consent(self, wish: Wish) -> str:
        """What the person allowed this service, as they end it among their account's settings."""
        if not self._system.plan.consent:
            raise BadWish("Nobody is asked for consent here: make connect starts a system where users are.")
        user = wish.text("user", "The user's address")
        self._system.calendar.control("POST", "grants/end", {"account": user, "client": CLIENT_ID})
        return f"{name(user)} ends the consent"

    def _back(self, function: str) -> None:
        try:
            self._system.start_again(function)
        except StartFailed as failed:
            self._told(Broken(at=datetime.now(UTC), what=f"{function} does not come back: {failed}"))
            return
        self.down.discard(function)
        self._told(Broken(at=datetime.now(UTC), what=f"{function} is back"))
