"""Enrolling all users that a Workspace domain's Directory names."""

import json
from collections.abc import Callable, Iterator

import pytest

from functions.core.errors import Rejected
from functions.flow import directory as listing
from functions.ports import Members
from tests.cli.house import House
from tests.cli.test_enrolling_many import plant
from tests.support import envelopes
from tests.support.directory import Directory, directory, user

ADMIN = "admin@example.com"
TEAM = ["a@example.com", "b@example.com", "c@example.com"]


@pytest.fixture
def company(house: House) -> Iterator[Directory]:
    """Three people, whose calendars are there."""
    plant(house, *TEAM)
    with directory(*TEAM) as there:
        house.set(DIRECTORY_API_ENDPOINT=there.url)
        yield there


def enrol(house: House, *more: str) -> tuple[int, list[str]]:
    ran = house.run("enrol", "--from", "directory", "--admin", ADMIN, *more)
    return ran.code, ran.out.splitlines()


def enrolled(house: House) -> set[str]:
    return {kept.value.calendar_id for kept in house.store().enrolments()}


def test_a_company(house: House, company: Directory) -> None:
    """Whoever is active, by as many pages as there are; run again, it does no harm."""
    company.page = 2
    company.users += [user("gone@example.com", suspended=True), user("d@example.com"), {"kind": "odd"}]
    code, lines = enrol(house)
    assert (code, lines[-1]) == (1, "5 users: 3 enrolled, 1 no access, 1 unreadable")
    assert "user 1: - unreadable: the address is missing" in lines
    assert enrolled(house) == {*TEAM}
    company.users = [user(name) for name in TEAM]
    assert enrol(house)[1][-1] == "3 users: 3 enrolled already"


def test_only_some_domains(house: House, company: Directory) -> None:
    """Each is asked for."""
    company.users.append(user("x@other.example"))
    assert (
        enrol(house, "--domain", "example.com", "--domain", "third.example")[1][-1] == "3 users: 3 enrolled"
    )
    assert [asked.get("domain") for asked in company.heard] == ["example.com", "third.example"]


def test_for_programs(house: House, company: Directory) -> None:
    """The same document as that of a list."""
    ran = house.run("enrol", "--from", "directory", "--admin", ADMIN, "--json")
    assert sorted(one["calendar_id"] for one in ran.json["users"]) == TEAM
    assert (ran.json["summary"], ran.json["not_reached"]) == ({"enrolled": 3}, 0)


def test_a_refusal(house: House, company: Directory) -> None:
    """It is said what to grant, and nothing is enrolled."""
    company.instead = lambda *_: (403, envelopes.present(403, "forbidden", "Not Authorized"))
    ran = house.run("enrol", "--from", "directory", "--admin", ADMIN)
    assert (ran.code, ran.out) == (1, "")
    assert "grant the client id of CALENDAR_SERVICE_ACCOUNT the scope" in ran.err
    assert enrolled(house) == set()


def test_it_fails_half_way(house: House, company: Directory) -> None:
    """Those that were named by then are enrolled, and that there are more is said."""
    company.page = 2
    company.instead = lambda token, _: (429, b"{}") if token else None
    code, lines = enrol(house)
    assert (code, lines[-3]) == (5, "2 users: 2 enrolled")
    assert lines[-2].startswith("Not all are named: the Directory answered 429")
    ran = house.run("enrol", "--from", "directory", "--admin", ADMIN, "--json")
    assert ran.json["not_all_named"].startswith("the Directory answered 429")
    assert enrolled(house) == {*TEAM[:2]}


@pytest.mark.parametrize("tokens", ["the same", "two in turn", "always new"])
def test_pages_for_ever(
    house: House, company: Directory, monkeypatch: pytest.MonkeyPatch, tokens: str
) -> None:
    """That the list has no end is found, and said; who was named is enrolled."""
    monkeypatch.setattr(listing, "PAGES_MAX", 20)
    names: dict[str, Callable[[int], str]] = {
        "the same": lambda _: "t",
        "two in turn": lambda before: str(before % 2),
        "always new": str,
    }

    def page(_: str, before: int) -> tuple[int, bytes]:
        return 200, json.dumps({"users": company.users, "nextPageToken": names[tokens](before)}).encode()

    company.instead = page
    code, lines = enrol(house)
    assert (code, lines[-3]) == (1, "3 users: 3 enrolled")
    assert "no end" in lines[-2]
    assert len(company.heard) == {"the same": 2, "two in turn": 3, "always new": 20}[tokens]


def test_no_more_than_a_bound_is_asked_for() -> None:
    """Also of pages with nobody in them; each address comes once."""

    class Endless:
        asked = 0

        def members(self, *, domain: str | None, page_token: str | None) -> Members:
            del domain, page_token
            self.asked += 1
            return Members(users=["a@example.com"] if self.asked % 2 else [], next_page=str(self.asked))

    there, named = Endless(), list[str]()
    with pytest.raises(Rejected, match="no end within 1,000 pages"):
        named.extend(listing.users(there, []))
    assert (there.asked, named) == (listing.PAGES_MAX, ["a@example.com"])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--from", "directory"], "--admin and --from directory go together"),
        (["--from", "-", "--admin", ADMIN], "--admin and --from directory go together"),
        (["a@example.com", "--admin", ADMIN], "--domain, --at-once and --admin go with --from"),
    ],
)
def test_what_does_not_go_together(house: House, argv: list[str], said: str) -> None:
    """Is said in a sentence."""
    ran = house.run("enrol", *argv)
    assert (ran.code, said in ran.err) == (1, True)


def test_nobody_can_be_acted_as(house: House) -> None:
    """Without delegation there is no administrator to ask as."""
    ran = house.run("enrol", "--from", "directory", "--admin", ADMIN)
    assert (ran.code, "needs CALENDAR_AUTH=delegation" in ran.err) == (1, True)
    house.set(DIRECTORY_API_ENDPOINT="https://admin.example.com")
    assert house.run("enrol", "--from", "directory", "--admin", ADMIN).code == 4
