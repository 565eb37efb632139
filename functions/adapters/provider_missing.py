"""Stands where a conference's provider is no longer in the settings: nothing can be told, and it says so."""

from functions.core.errors import Rejected
from functions.core.model import Abilities, Change


class MissingProvider:
    abilities = Abilities(fields=frozenset())

    def __init__(self, name: str) -> None:
        self._name = name

    def apply(self, change: Change) -> None:
        raise Rejected(f"{change.kind} not sent: no settings for provider {self._name}")

    def check(self) -> None:
        raise Rejected(f"no settings for provider {self._name}")
