"""Stands where a conference's provider is not there: nothing can be told, and it says so."""

from functions.core.errors import Rejected, RetryLater
from functions.core.model import Abilities, Ability, Change, Outcome


class MissingProvider:
    """It is no longer in the settings."""

    # It lacks nothing that is known of: what could be carried, its settings would say.
    abilities = Abilities(fields=frozenset(), can=frozenset(Ability), absent=True)

    def __init__(self, name: str) -> None:
        self._name = name

    def apply(self, change: Change) -> Outcome:
        raise Rejected(f"{change.kind} not sent: no settings for provider {self._name}")

    def check(self) -> None:
        raise Rejected(f"no settings for provider {self._name}")


class UnusableProvider(MissingProvider):
    """It is in the settings and cannot be loaded: what it should be told waits until it can."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        self._why = f"provider {name}: {why}"

    def apply(self, change: Change) -> Outcome:
        raise RetryLater(f"{change.kind} not sent: {self._why}")

    def check(self) -> None:
        raise Rejected(self._why)
