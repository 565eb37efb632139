"""Dead letters, once what kept them from being answered is mended: asked for again, or thrown away."""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

from functions.core.letter import Letter
from functions.core.model import SyncRequest
from functions.ports import Letters, Queue

LETTERS_MAX = 1_000
Ids = Collection[str] | None  # None: all of them


class Requeued(NamedTuple):
    """`published` are on their way again, `unreadable` and `failed` are still there."""

    published: Sequence[Letter]
    unreadable: Sequence[Letter]
    failed: Sequence[Letter]


def waiting(letters: Letters) -> Sequence[Letter]:
    """At most `LETTERS_MAX`. They stay where they are."""
    with letters.held(LETTERS_MAX) as found:
        return found


def requeue(letters: Letters, queue: Queue, ids: Ids = None) -> Requeued:
    """Each is gone only once its request is safe in the queue: cut short, some are asked for twice, which
    costs a look. Letters of the same request become one.
    """
    with letters.held(LETTERS_MAX) as found:
        chosen = _chosen(found, ids)
        requests = dict.fromkeys(letter.request for letter in chosen if letter.request)
        failed = queue.publish_all(list(requests)) if requests else {}
        done = _sorted(chosen, lambda request: request in failed)
        letters.remove(done.published)
    return done


def discard(letters: Letters, ids: Ids = None) -> Sequence[Letter]:
    """Those that were thrown away. The sweep reads their calendars anyway."""
    with letters.held(LETTERS_MAX) as found:
        chosen = _chosen(found, ids)
        letters.remove(chosen)
    return chosen


def _chosen(found: Sequence[Letter], ids: Ids) -> list[Letter]:
    return [letter for letter in found if ids is None or letter.id in ids]


def _sorted(letters: Sequence[Letter], failed: Callable[[SyncRequest], bool]) -> Requeued:
    readable = [(letter, failed(letter.request)) for letter in letters if letter.request]
    return Requeued(
        published=[letter for letter, in_vain in readable if not in_vain],
        unreadable=[letter for letter in letters if letter.request is None],
        failed=[letter for letter, in_vain in readable if in_vain],
    )
