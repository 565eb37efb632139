"""How much time the pieces of a delivery are given."""

from dataclasses import dataclass
from typing import Protocol

from functions.flow.turn import Turn


class Pace(Protocol):
    """Who holds the calendar meanwhile."""

    def time_is_up(self) -> bool: ...

    def keep_lease(self) -> None:
        """Extend the lease if it is time to; LeaseLost if it was."""
        ...

    def check_lease(self) -> None:
        """LeaseLost if it was. May be asked in any thread."""
        ...


@dataclass(slots=True)
class Unhurried:
    """The pace of what must be done in one go, or no delivery would ever come farther."""

    turn: Turn

    def time_is_up(self) -> bool:
        return False

    def keep_lease(self) -> None:
        self.turn.keep_lease()

    def check_lease(self) -> None:
        self.turn.check_lease()


@dataclass(slots=True)
class Patient(Unhurried):
    """The pace of a delivery's first slice: if the time is up when its events have just been looked up, they
    are settled all the same, or the next delivery would come no farther.
    """

    late: bool | None = None

    def time_is_up(self) -> bool:
        up = self.turn.time_is_up()
        self.late = up if self.late is None else self.late
        return up and not self.late
