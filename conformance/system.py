"""A conference system as the promises of its provider are tested on it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

from functions.adapters.web.client import Limits
from functions.ports import Provider


class System(Protocol):
    """A conference system and the ways to make a provider for it.

    `port` is where its API is, `untitled` the title of a conference without one, `unknown` an id that none
    has, `title_max` how much of a title it takes.
    """

    port: int
    untitled: str
    unknown: str
    title_max: int

    def provider(self, *, port: int | None = None, limits: Limits | None = None) -> Provider:
        """One that looks for the system's API on another port, or gives up sooner or later than usual."""
        ...

    def refused(self) -> tuple[Provider, type[Exception], str]:
        """A provider with wrong credentials, the error it meets and a word of its text."""
        ...

    def make(self) -> str: ...

    def make_refusing(self) -> str:
        """A conference which its system refuses to change."""
        ...

    def changes(self, method: str, body: bytes) -> bool:
        """Whether a request is the one of an update or a deletion that changes something."""
        ...

    def title(self, conference_id: str) -> str | None: ...

    def restart(self) -> None: ...

    def held(self) -> AbstractContextManager[object]:
        """What is done meanwhile keeps to the system's own description, if it has one."""
        ...


@runtime_checkable
class Limiting(System, Protocol):
    """One that takes only so many changes."""

    def limit(self, seconds: int) -> None:
        """The next change is refused: too many came, the next may come after so many seconds."""
        ...


Start = Callable[[Path], AbstractContextManager[System]]  # given a folder for what it keeps
