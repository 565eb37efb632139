"""Standard output: text for people or one JSON document for programs, whichever was asked for."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

Data = Mapping[str, object]


def printable(text: str) -> str:
    """Vendors' words may have control characters for terminals, or characters that cannot be encoded."""
    return "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)


def counted(count: int, things: str) -> str:
    """Such as 1 page read, 2 pages read: `things` begins with a plural in s."""
    plural, space, more = things.partition(" ")
    return f"{count:,} {plural.removesuffix('s') if count == 1 else plural}{space}{more}"


class Out:
    """`before` is called before anything is written: it takes progress off the terminal."""

    def __init__(self, stream: TextIO, *, as_json: bool, before: Callable[[], None] = lambda: None) -> None:
        self._stream = stream
        self._before = before
        self._as_json = as_json

    def result(self, data: Data, text: str) -> None:
        """All that a command has to say."""
        if self._as_json:
            self._line(json.dumps(data, indent=2))
        else:
            self.text(text)

    def error(self, data: Data) -> None:
        """For programs only: people read it on standard error."""
        if self._as_json:
            self._line(json.dumps({"error": data}, indent=2))

    def listing(
        self, name: str, items: Iterable[Data], text: Callable[[Data], str], rest: Callable[[], Data]
    ) -> None:
        """Each item as it comes; `rest` is called when all are written, and ends the document.

        An item without text is left out for people.
        """
        if self._as_json:
            self._document(name, items, rest)
            return
        for item in items:
            self.text(text(item))

    def text(self, text: str) -> None:
        """For people only; nothing is written for an empty text."""
        if text and not self._as_json:
            self._line(printable(text))

    def _document(self, name: str, items: Iterable[Data], rest: Callable[[], Data]) -> None:
        before = f"{{{json.dumps(name)}: ["  # kept back until there is an item: an error stands alone
        for item in items:
            self._line(f"{before}\n  {json.dumps(item)}", end="")
            before = ","
        opened = "" if before == "," else before
        self._line(f"{opened}], {json.dumps(rest())[1:]}")

    def _line(self, text: str, end: str = "\n") -> None:
        self._before()
        self._stream.write(text + end)
        self._stream.flush()
