"""Six errors, grouped by what the caller's transport should do about them. Anything else is a bug.

Each keeps `WHY_CHARACTERS_MAX` characters of its text, so that it fits a record.
"""

WHY_CHARACTERS_MAX = 500  # others' words go into records and logs, whatever their length


class _Told(Exception):
    """`logged` is as much of the text as may be logged: another system's words may repeat an event's.

    `may_land` says that an earlier request got no answer, and may take effect late.
    """

    def __init__(self, why: str, *, may_land: bool = False, logged: str | None = None) -> None:
        why = why[:WHY_CHARACTERS_MAX]
        super().__init__(why)
        self.may_land = may_land
        self.logged = why if logged is None else logged[:WHY_CHARACTERS_MAX]


class RetryLater(_Told):
    """Passing trouble: the message or request should come again.

    `delay` is the number of seconds that the other side asked us to wait, or None if it did not say.
    `of_project` says that our own project was refused, not this user, calendar or conference: an operator has
    to act.
    """

    def __init__(
        self,
        why: str,
        *,
        delay: float | None = None,
        of_project: bool = False,
        may_land: bool = False,
        logged: str | None = None,
    ) -> None:
        super().__init__(why, may_land=may_land, logged=logged)
        self.delay = delay
        self.of_project = of_project


class Rejected(_Told):
    """The other side understood and refused: the same call will be refused again, so set it aside.

    `may_be_all` says that it may refuse whatever we call, because of what we show or where we call: one
    conference does not tell, several do.
    """

    def __init__(
        self, why: str, *, may_land: bool = False, logged: str | None = None, may_be_all: bool = False
    ) -> None:
        super().__init__(why, may_land=may_land, logged=logged)
        self.may_be_all = may_be_all


class Gone(_Told):
    """The conference does not exist any more on its system."""


class SyncTokenExpired(_Told):
    """Calendar no longer knows the sync token (410 `fullSyncRequired`): read everything, then reconcile."""


class AccessLost(_Told):
    """The calendar cannot be read as this user: the grant, the user or the calendar is gone."""


class BadRequest(_Told):
    """The caller asked for something we cannot read or must refuse; `status` is the HTTP answer for it."""

    def __init__(self, why: str, *, status: int = 400) -> None:
        super().__init__(why)
        self.status = status
