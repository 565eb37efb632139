"""What a list of calendars asks for, line by line, however it is written."""

import pytest

from functions.core.roster import Entry, Outcome, Result, read

ANN, BEN = "ann@example.com", "ben@example.com"
TEAM = "c_1@group.calendar.google.com"


def entries(given: bytes) -> list[tuple[str, str | None]]:
    """All of it is good."""
    found = list(read(given.splitlines()))
    assert all(isinstance(one, Entry) for one in found), found
    return [one[1:] for one in found if isinstance(one, Entry)]


def said(given: bytes, *domains: str) -> list[tuple[int, str, str]]:
    """Of the lines for which nothing is to be done."""
    found = read(given.splitlines(), domains)
    return [(one.line, one.outcome, one.why) for one in found if isinstance(one, Result)]


@pytest.mark.parametrize(
    "given",
    [
        b"ann@example.com\nben@example.com",
        b"\xef\xbb\xbfann@example.com\r\nben@example.com\r\n",
        b"\n  # staff\n Ann@Example.COM \n\n ,\t, \n\xc2\xa0ben@example.com\n",
        b"email\nann@example.com\nben@example.com\n",
        b'\xef\xbb\xbf"Email","Name"\n"ann@example.com","Lovelace, Ann"\nben@example.com,Ben\n',
        b"name;EMAIL\nAnn;ann@example.com\nBen;ben@example.com\n",
        b"# exported\nname\tcalendar_id\temail\nAnn\tann@example.com\tx@x\nBen\tben@example.com\t\n",
        b"First Name [Required],Email Address [Required]\nAnn,ann@example.com\nBen,ben@example.com\n",
        b"primaryEmail\nann@example.com\nben@example.com",
        b"calendar_id,user\nann@example.com,\nben@example.com",
        b"ann@example.com,\nben@example.com,",
    ],
)
def test_a_list_may_be_written_in_many_ways(given: bytes) -> None:
    """With a header or without, by comma, semicolon or tab, quoted, with a mark of its encoding, blanks,
    remarks and capitals.
    """
    assert entries(given) == [(ANN, None), (BEN, None)]


@pytest.mark.parametrize("header", [b"", b"calendar_id,user\n"])
def test_a_list_may_name_users(header: bytes) -> None:
    """In a column of that name, or without a header in the second one."""
    assert entries(header + b"c_1@group.calendar.google.com, Ann@example.com\n") == [(TEAM, ANN)]


@pytest.mark.parametrize("given", [b"", b"\n\n", b"# nobody\n", b"email\n"])
def test_a_list_may_be_empty(given: bytes) -> None:
    """Then there is nothing to do."""
    assert entries(given) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"b\xe9n@example.com", "the line is not UTF-8"),
        (b'"ben@exam', "the line is not CSV: unexpected end of data"),
        (b"ben", "the address is not an e-mail address or a calendar's id"),
        (b"Ben <ben@example.com>", "the address is not an e-mail address or a calendar's id"),
        (b"ben@example.com@example.com", "the address is not an e-mail address or a calendar's id"),
        (b"ben@example\x00.com", "the address is not an e-mail address or a calendar's id"),
        ("ben\u200b@example.com".encode(), "the address is not an e-mail address or a calendar's id"),
        (b"b" * 320 + b"@example.com", "the address is longer than 320 bytes"),
        (b",ann@example.com", "the address is missing"),
        (b"ben@example.com,Ben", "the user is not an e-mail address or a calendar's id"),
    ],
)
def test_a_broken_line_spoils_no_other(line: bytes, why: str) -> None:
    """It is said what is wrong with it, also if it is the last."""
    whole = b"ann@example.com\n" + line + b"\nc@example.com\n" + line
    found = list(read(whole.splitlines()))
    assert [one.line for one in found if isinstance(one, Entry)] == [1, 3]
    assert said(whole) == [(2, Outcome.UNREADABLE, why), (4, Outcome.UNREADABLE, why)]


def test_a_header_that_names_no_such_column() -> None:
    """It is a line like any other, which is said."""
    assert [line for line, *_ in said(b"name,mail\nAnn,ann@example.com\n")] == [1, 2]


def test_what_stands_there_twice() -> None:
    """Only the first counts; if it is to be read as somebody else the second time, that is refused."""
    again = said(
        b"ann@example.com\nANN@example.com\nann@example.com,ann@example.com\n\nann@example.com,ben@example.com"
    )
    assert again == [
        (2, Outcome.REPEATED, "as line 1"),
        (3, Outcome.REPEATED, "as line 1"),
        (5, Outcome.REFUSED, "line 1 names it with user ann@example.com"),
    ]


def test_only_some_domains() -> None:
    """It is the user's that counts, and a part of a domain is another one."""
    given = b"a@example.com\nb@other.example\nc@sub.example.com\nc_1@group.calendar.google.com,a@example.com"
    found = list(read(given.splitlines(), {"example.com"}))
    assert [one.line for one in found if isinstance(one, Entry)] == [1, 4]
    assert said(given, "example.com") == [(2, Outcome.OTHER_DOMAIN, ""), (3, Outcome.OTHER_DOMAIN, "")]
    assert said(given, "example.com", "other.example", "sub.example.com") == []


def test_a_hundred_thousand_lines() -> None:
    """Each is read, and the one that is broken is found."""
    lines = [b"u%d@example.com" % number for number in range(100_000)]
    lines[77_777] = b'"u'
    found = list(read(lines))
    assert sum(isinstance(one, Entry) for one in found) == 99_999
    assert [one.line for one in found if isinstance(one, Result)] == [77_778]
