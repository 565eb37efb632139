"""Cuts a page of a read into slices, so that even a delivery with little time gets one of them done."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from functions.core.model import ConferenceKey, Event, EventRef, Unreadable

SLICE_EVENTS = 50

Units = Mapping[str, Sequence[ConferenceKey]]
Name = EventRef | ConferenceKey


def mark(event: Event | Unreadable) -> str:
    """Names an event as it was read: if it reads otherwise later, it has another mark."""
    return hashlib.blake2b(repr(event).encode(errors="replace"), digest_size=8).hexdigest()


def sliced(events: Sequence[Event | Unreadable], units: Units) -> list[list[Event | Unreadable]]:
    """The events in slices of about `SLICE_EVENTS`, each in the order in which they came.

    The events of one conference, and a series with its instances, are in one slice. Events that carry a
    conference come before those that do not, so that none is let go that a later slice takes up.
    """
    clusters = sorted(_clusters(events, units), key=lambda its: not any(events[n].carries for n in its))
    slices: list[list[int]] = [[]]
    for cluster in clusters:
        if slices[-1] and len(slices[-1]) + len(cluster) > SLICE_EVENTS:
            slices.append([])
        slices[-1] += cluster
    return [[events[place] for place in sorted(its)] for its in slices]


def _clusters(events: Sequence[Event | Unreadable], units: Units) -> list[list[int]]:
    """The places of events that share a name, directly or through others."""
    leads: dict[Name, Name] = {}

    def root(name: Name) -> Name:
        while (lead := leads.setdefault(name, name)) != name:
            leads[name] = name = leads[lead]
        return name

    for event in events:
        for name in _names(event, units):
            leads[root(name)] = root(event.ref)
    clusters: dict[Name, list[int]] = {}
    for place, event in enumerate(events):
        clusters.setdefault(root(event.ref), []).append(place)
    return list(clusters.values())


def _names(event: Event | Unreadable, units: Units) -> Iterator[Name]:
    """What the event has to do with: its series, the conference it carries, those of its unit."""
    if event.instance:
        yield EventRef(event.ref.calendar_id, event.instance.series_id)
    if event.carries:
        yield event.carries
    if isinstance(event, Event) and event.cancelled:
        yield from units.get(event.etag, ())
