"""Whom to enrol, as an operator has it: a CSV with or without a header, an address a line, a domain's users.

Each line stands for itself, so that a broken one spoils no other.
"""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from functions.core.caller import ADDRESS_BYTES_MAX
from functions.core.fields import Odd, address, limited

COLUMNS = ("calendar_id", "email", "email address", "primaryemail")  # the last two as admins export them
USER = "user"
REQUIRED = "[required]"  # so are columns marked in the admin console's export
SEPARATORS = ",;\t"
ADDRESS = re.compile(r'[^\s@<>"]+@[^\s@<>"]+')
SHOWN_MAX = 80


class Outcome(StrEnum):
    """What became of one line."""

    ENROLLED = "enrolled"
    ALREADY = "already"
    REPEATED = "repeated"
    OTHER_DOMAIN = "other_domain"
    NO_ACCESS = "no_access"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    MISSING = "missing"


class Entry(NamedTuple):
    """A calendar to enrol, and as whom to read it (None: the user that it is named after)."""

    line: int
    calendar_id: str
    user: str | None = None

    @property
    def subject(self) -> str:
        return self.user or self.calendar_id


class Result(NamedTuple):
    line: int
    calendar_id: str
    outcome: Outcome
    why: str = ""


class _Form(NamedTuple):
    """How the lines are to be read: which columns say what, and which line is the header, if any."""

    separator: str = SEPARATORS[0]
    calendar: int = 0
    user: int | None = 1
    header: int = 0


def read(lines: Sequence[bytes], domains: Collection[str] = ()) -> Iterator[Entry | Result]:
    """What each line asks for, or why nothing is to be done for it. Blank lines and comments (#) are passed
    over. With `domains`, only their users are enrolled.
    """
    form, named = _form(lines), dict[str, Entry]()
    for number, raw in enumerate(lines, 1):
        try:
            entry = None if number == form.header else _entry(number, raw, form)
        except Odd as error:
            shown = raw.decode(errors="replace")[:SHOWN_MAX].strip()
            yield Result(number, shown, Outcome.UNREADABLE, str(error))
            continue
        if entry:
            yield _judged(entry, named.setdefault(entry.calendar_id, entry), domains)


def members(addresses: Iterable[str]) -> Iterator[Entry | Result]:
    """As `read`, of a domain's users."""
    for number, text in enumerate(addresses, 1):
        try:
            yield Entry(number, _address(text, "address"))
        except Odd as error:
            yield Result(number, text[:SHOWN_MAX] or "-", Outcome.UNREADABLE, str(error))


def _judged(entry: Entry, first: Entry, domains: Collection[str]) -> Entry | Result:
    if first is not entry and first.subject != entry.subject:
        why = f"line {first.line} names it with user {first.subject}"
        return Result(entry.line, entry.calendar_id, Outcome.REFUSED, why)
    if first is not entry:
        return Result(entry.line, entry.calendar_id, Outcome.REPEATED, f"as line {first.line}")
    if domains and entry.subject.rpartition("@")[2] not in domains:
        return Result(entry.line, entry.calendar_id, Outcome.OTHER_DOMAIN)
    return entry


def _form(lines: Sequence[bytes]) -> _Form:
    """By the first line that says something."""
    for number, raw in enumerate(lines, 1):
        text = _text(raw, errors="replace")
        if text:
            separator = max(SEPARATORS, key=text.count)
            names = [
                cell.strip(' "').lower().removesuffix(REQUIRED).strip() for cell in text.split(separator)
            ]
            column = next((names.index(name) for name in COLUMNS if name in names), None)
            if column is None:
                return _Form(separator)
            return _Form(separator, column, names.index(USER) if USER in names else None, number)
    return _Form()


def _text(raw: bytes, errors: str = "strict") -> str:
    """Empty for a line that says nothing."""
    text = raw.decode(errors=errors).removeprefix("\ufeff").strip()
    return "" if text.startswith("#") or not text.strip(SEPARATORS + ' "') else text


def _entry(number: int, raw: bytes, form: _Form) -> Entry | None:
    try:
        text = _text(raw)
        cells = next(csv.reader([text], delimiter=form.separator, skipinitialspace=True, strict=True), [])
    except UnicodeDecodeError:
        raise Odd("the line is not UTF-8") from None
    except csv.Error as error:
        raise Odd(f"the line is not CSV: {error}") from None
    if not cells:
        return None
    user = _cell(cells, form.user)
    return Entry(
        number, _address(_cell(cells, form.calendar), "address"), _address(user, USER) if user else None
    )


def _cell(cells: Sequence[str], column: int | None) -> str:
    return "" if column is None or column >= len(cells) else cells[column].strip()


def _address(text: str, name: str) -> str:
    if not text:
        raise Odd(f"the {name} is missing")
    if not ADDRESS.fullmatch(text) or not text.isprintable():
        raise Odd(f"the {name} is not an e-mail address or a calendar's id")
    return address(limited(text, f"the {name}", ADDRESS_BYTES_MAX))
