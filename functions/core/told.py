"""What the system of a conference was told, of the whole and of its occurrences by original start."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import itemgetter

from functions.core.fields import stamp
from functions.core.model import Meeting

OCCURRENCES_BYTES_MAX = 100_000  # some 600
OCCURRENCE_BYTES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """It waits until its event changes, or an operator says so. `fingerprint` is what was refused, empty if
    the event could not even be told.
    """

    reason: str
    since: datetime
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What was told of one occurrence, and which event of which series it is.

    `again`: it must be told once more; with `again_at`, from then on. If it was `refused` it waits.
    """

    fingerprint: str
    event_id: str
    series_id: str = ""
    again: bool = False
    again_at: datetime | None = None
    refused: Refusal | None = None


def newest(occurrences: Mapping[str, Told]) -> dict[str, Told]:
    """Those that the record has room for, the latest starts first to be kept."""
    kept, room = dict[str, Told](), OCCURRENCES_BYTES_MAX
    for start, told in sorted(occurrences.items(), key=itemgetter(0), reverse=True):
        words = [told.refused.reason, told.refused.fingerprint] if told.refused else []
        room -= size_of(start, told.fingerprint, told.event_id, told.series_id, *words) + OCCURRENCE_BYTES
        if room < 0:
            break
        kept[start] = told
    return dict(reversed(kept.items()))


def size_of(*texts: str) -> int:
    return sum(len(text.encode(errors="replace")) for text in texts)


def fingerprint_of(meeting: Meeting, fields: frozenset[str]) -> str:
    """Names what a provider that carries these fields would be told; equal content, equal fingerprint."""
    told = {name: value for name, value in asdict(meeting).items() if name in fields}
    text = json.dumps(told, sort_keys=True, default=stamp)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
