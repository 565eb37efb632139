"""Stands where a conference's provider is no longer in the settings: nothing can be told, and it says so."""

from functions.core.errors import Rejected
from functions.core.model import Abilities, Ability, Change, Outcome


class MissingProvider:
    # It lacks nothing that is known of: what could be carried, its settings would say.
    abilities = Abilities(fields=frozenset(), can=frozenset(Ability), absent=True)

    def __init__(self, name: str) -> None:
        self._name = name

    def apply(self, change: Change) -> Outcome:
        raise Rejected(f"{change.kind} not sent: no settings for provider {self._name}")

    def check(self) -> None:
        raise Rejected(f"no settings for provider {self._name}")
