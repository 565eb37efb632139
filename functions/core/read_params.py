"""The name of what a token was read with: the read parameters, and the settings that say what is ours.

A calendar that was read with others is read in full, since the changes since its token do not tell what the
others left out.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import astuple
from functools import cache

from functions.core.model import Solution


def read_params_of(parameters: str, solutions: Sequence[Solution]) -> str:
    """The same for settings that mean the same: of solutions, the order counts where two may match one event
    and name different providers.
    """
    return _named(parameters, tuple(solutions))


@cache
def _named(parameters: str, solutions: tuple[Solution, ...]) -> str:
    said = [parameters, [astuple(one) for one in _in_order(solutions)]]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:12]


def _in_order(solutions: Sequence[Solution]) -> list[Solution]:
    """Sorted, as far as nothing is taken past another that it must not pass."""
    left, found = list(dict.fromkeys(solutions)), list[Solution]()
    while left:
        free = [one for at, one in enumerate(left) if all(_may_pass(one, other) for other in left[:at])]
        found.append(min(free, key=astuple))
        left.remove(found[-1])
    return found


def _may_pass(one: Solution, other: Solution) -> bool:
    names = bool(one.name and other.name) and one.name != other.name
    return names or one.provider == other.provider
