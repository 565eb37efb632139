"""What is set aside of a conference: refused, or backing off; of the whole, or of one occurrence."""

from datetime import datetime
from typing import NamedTuple

from functions.core.conference import PATIENT_TRIES, Conference, Parked, Refusal, refusals, whose
from functions.core.model import ConferenceKey

NOWHERE = ""  # the calendar of what no calendar holds, or held last


class Aside(NamedTuple):
    """What is not pushed of a conference, or of one occurrence: it is refused, or to be tried again."""

    key: ConferenceKey
    occurrence: str | None
    why: Refusal | Parked

    @property
    def retry_at(self) -> datetime | None:
        return self.why.retry_at

    @property
    def refused(self) -> bool:
        return isinstance(self.why, Refusal)

    @property
    def attempts(self) -> int:
        return self.why.attempts if isinstance(self.why, Parked) else 1

    @property
    def for_good(self) -> bool:
        """Whether it is refused, or has been tried again for too long to wait for that."""
        return self.refused or self.attempts >= PATIENT_TRIES


def set_aside(conference: Conference) -> list[Aside]:
    """What is refused, of the conference itself or of an occurrence, and what is to be tried again."""
    refused = [Aside(conference.key, start, why) for start, why in refusals(conference).items()]
    return refused + ([Aside(conference.key, None, conference.parked)] if conference.parked else [])


def is_stray(conference: Conference) -> bool:
    """Whether something of it is set aside that belongs to no calendar."""
    return bool(set_aside(conference)) and not whose(conference)
