"""The name of what a token was read with: the read parameters, and the settings that say what is ours.

A calendar that was last read with others is read in full: the changes since its token do not show what that
read left out.
"""

import hashlib
import json
from collections.abc import Sequence
from functools import cache

from functions.core.model import Solution


def read_params_of(parameters: str, solutions: Sequence[Solution]) -> str:
    """The same name for settings of the same meaning. The order of two solutions counts only if both may
    match one event and they name different providers.
    """
    return _named(parameters, tuple(solutions))


@cache
def _named(parameters: str, solutions: tuple[Solution, ...]) -> str:
    said = [parameters, [_said(one) for one in _in_order(solutions)]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def _in_order(solutions: Sequence[Solution]) -> list[Solution]:
    """Sorted, but no solution moves past another one if their order counts."""
    left, found = list(dict.fromkeys(solutions)), list[Solution]()
    while left:
        free = [one for at, one in enumerate(left) if all(_may_pass(one, other) for other in left[:at])]
        found.append(min(free, key=_said))
        left.remove(found[-1])
    return found


def _may_pass(one: Solution, other: Solution) -> bool:
    names = bool(one.name and other.name) and one.name != other.name
    return names or one.provider == other.provider


def _said(one: Solution) -> tuple[str, str, str]:
    return one.provider, one.name, one.uri
