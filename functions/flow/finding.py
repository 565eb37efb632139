"""Finds the records that somebody means: by a look-up if it is a conference's id, else among many records."""

from collections.abc import Iterable, Iterator, Sequence

from functions.core.conference import Conference
from functions.core.finding import names, spelled
from functions.core.model import ConferenceKey
from functions.ports import Store, Versioned


def by_id(store: Store, what: str, providers: Sequence[str]) -> list[Conference]:
    """Those whose id it is, as it is written; else those whose id it may have in it."""
    for each in spelled(what):
        found = store.known([], [ConferenceKey(provider, each) for provider in providers])
        if found:
            return [kept.value for kept in found]
    return []


def among(records: Iterable[Versioned[Conference]], what: str) -> Iterator[Conference]:
    """Those that name it: their id, an event of theirs, of now or before, or their link."""
    return (kept.value for kept in records if names(kept.value, what))
