"""The page of `make local`: with mouse and keys, at a desk and on a phone, while things break."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, FloatRect, Locator, Page, expect

from local.page.deeds import Deeds
from local.page.page import Page as LocalPage
from local.page.server import WIDGET
from local.page.wishes import Wish
from local.system import Plan, System
from tests.host.processes import until
from tests.support import needs
from tests.support.chromium import DESK_WIDTH, PHONE_WIDTH, fits, picture, window

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.slow]
OWNER = "owner@example.com"
# Lost pushes heal sooner than for people.
SETTINGS, SWEEP_EVERY_S = {"DELETE_GRACE_SECONDS": "5", "SYNC_EVERY_SECONDS": "8"}, 2
FIRST_HOUR, HOURS = 7, 13
SLOW_WEEK = """
const fetched = window.fetch;
window.fetch = async (path, asked) => {
  const answer = await fetched(path, asked);
  if (path.endsWith("/week")) await new Promise((over) => setTimeout(over, 1500));
  return answer;
};
"""
# What a key would meet that is pressed right after the week has changed.
WATCH_FOCUS = """
window.lost = 0;
new MutationObserver(() => {
  window.lost += !document.activeElement.matches(".ec-event");
}).observe(document.querySelector("#ec"), { childList: true, subtree: true });
"""


@dataclass(frozen=True, kw_only=True)
class Running:
    """The system, and the page that shows it."""

    system: System
    page: LocalPage

    def room(self, title: str) -> dict[str, Any]:
        """The conference that has this title by now."""
        [found] = [one for one in self.system.conferences.rooms.all() if one["title"] == title]
        return found

    def tidy(self) -> None:
        """An empty calendar for the next test, and nothing broken."""
        self.system.conferences.faults.clear()
        world, deeds = self.system.calendar.world, Deeds(self.system)
        for calendar in list(world.calendars.values()):
            for event in list(calendar.events()):
                if not (event.cancelled or event.master_id) and event.organizer == calendar.id:
                    deeds.do(Wish({"deed": "delete", "user": calendar.id, "event": event.id}))
        deeds.close()


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    if not WIDGET.is_dir():
        needs.missing("the page's calendar: make page")
    with LocalPage(0) as page:
        plan = Plan(settings=SETTINGS, sweep_every=SWEEP_EVERY_S, heard=page.heard)
        with System(plan) as system, page.showing(system):
            yield Running(system=system, page=page)


@pytest.fixture
def running(shared: Running) -> Iterator[Running]:
    yield shared
    shared.tidy()


@pytest.fixture
def desk(running: Running, browser: Browser) -> Iterator[Page]:
    with window(browser, DESK_WIDTH) as page:
        opened(page, running.page.url)
        yield page


def opened(page: Page, url: str) -> None:
    """At next week, so that nothing is over already."""
    page.goto(url)
    expect(page.locator("#phase")).to_have_text("running")
    expect(page.locator("#users button").first).to_be_visible()
    page.locator("button.ec-next").click()


def box_of(found: Locator) -> FloatRect:
    """Where it is; what is drawn anew at that moment is nowhere, and soon somewhere."""
    return until(found.bounding_box, "it is drawn")


def at(page: Page, day: int, clock: str) -> tuple[float, float]:
    """Where a day of the week (0: Monday) has this time, in pixels."""
    hour, minute = (int(part) for part in clock.split(":"))
    box = box_of(page.locator(".ec-body .ec-day").nth(day))
    down = (hour + minute / 60 - FIRST_HOUR) / HOURS
    return box["x"] + box["width"] / 3, box["y"] + box["height"] * down + 2


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=6)
    page.mouse.up()


def make(
    page: Page, title: str, *, day: int = 1, start: str = "10:00", end: str = "11:00", **more: str
) -> None:
    """Drawn with the mouse, and its conference has followed."""
    drag(page, at(page, day, start), at(page, day, _before(end)))
    form = page.get_by_role("dialog", name="New meeting")
    form.get_by_label("Title").fill(title)
    for label, value in more.items():
        field = form.get_by_label(label)
        field.select_option(value) if label == "Repeats" else field.fill(value)
    form.get_by_role("button", name="Save").click()
    in_step(page, title)


def _before(clock: str) -> str:
    """The slot that ends then is the one to let go in."""
    hour, minute = (int(part) for part in clock.split(":"))
    total = hour * 60 + minute - 15
    return f"{total // 60}:{total % 60:02}"


def meeting(page: Page, title: str, number: int = 0) -> Locator:
    return page.locator(".ec-event").filter(has_text=title).nth(number)


def move(page: Page, title: str, to: tuple[float, float], number: int = 0) -> None:
    box = box_of(meeting(page, title, number))
    drag(page, (box["x"] + box["width"] / 3, box["y"] + 4), (to[0], to[1] + 3))


def stretch(page: Page, title: str, to: tuple[float, float]) -> None:
    """Its lower edge, so that it ends with the slot that has this time."""
    box = box_of(meeting(page, title))
    drag(page, (box["x"] + box["width"] / 2, box["y"] + box["height"] - 2), to)


def edit(page: Page, title: str, number: int = 0) -> Locator:
    meeting(page, title, number).click()
    return page.get_by_role("dialog", name="Meeting")


def rename(page: Page, title: str, new: str) -> None:
    form = edit(page, title)
    form.get_by_label("Title").fill(new)
    form.get_by_role("button", name="Save").click()
    expect(meeting(page, new)).to_be_visible()


def room(page: Page, title: str) -> Locator:
    """The card of a conference, as it is called there."""
    heading = page.get_by_role("heading", name=title, exact=True)
    return page.locator("#held .room").filter(has=heading)


def in_step(page: Page, title: str) -> None:
    expect(room(page, title)).to_have_attribute("data-state", "in step")


def line(page: Page, text: str) -> Locator:
    return page.locator("#lines .line").filter(has_text=text).first


def starts(running: Running, title: str) -> datetime:
    return datetime.fromisoformat(running.room(title)["event"]["start"])


def ends(running: Running, title: str) -> datetime:
    return datetime.fromisoformat(running.room(title)["event"]["end"])


def test_a_meeting_is_made_moved_and_made_longer(running: Running, desk: Page) -> None:
    """Each by one drag, and its own conference follows."""
    make(desk, "Planning")
    make(desk, "Interview", day=3, start="14:00", end="15:00")
    before, other = starts(running, "Planning"), running.room("Interview")
    assert (before.hour, before.weekday()) == (10, 1)

    move(desk, "Planning", at(desk, 2, "12:00"))
    expect(room(desk, "Planning")).to_contain_text(re.compile("12:00.13:00"))
    in_step(desk, "Planning")
    assert (starts(running, "Planning") - before).total_seconds() == 26 * 3600

    stretch(desk, "Planning", at(desk, 2, "14:15"))
    expect(room(desk, "Planning")).to_contain_text(re.compile("12:00.14:30"))
    in_step(desk, "Planning")
    assert (ends(running, "Planning") - starts(running, "Planning")).total_seconds() == 2.5 * 3600
    assert running.room("Interview") == other


def test_a_week_that_is_read_slowly(running: Running, browser: Browser) -> None:
    """It is never drawn as it was, so a second drag of the same meeting begins where the first left it."""
    with window(browser, DESK_WIDTH) as desk:
        desk.add_init_script(SLOW_WEEK)
        opened(desk, running.page.url)
        make(desk, "Retreat")
        move(desk, "Retreat", at(desk, 2, "12:00"))
        expect(room(desk, "Retreat")).to_contain_text(re.compile("12:00.13:00"))
        in_step(desk, "Retreat")
        stretch(desk, "Retreat", at(desk, 2, "14:15"))
        expect(room(desk, "Retreat")).to_contain_text(re.compile("12:00.14:30"))
        in_step(desk, "Retreat")
        assert (ends(running, "Retreat") - starts(running, "Retreat")).total_seconds() == 2.5 * 3600


def test_a_change_is_told_hop_by_hop(running: Running, desk: Page) -> None:
    """From the push to the token, with the row of the table and its sentence, and how long it took."""
    make(desk, "Budget")
    rename(desk, "Budget", "Budget of spring")
    in_step(desk, "Budget of spring")
    told = line(desk, "is renamed “Budget of spring”")
    expect(told).to_have_attribute("data-state", "done")
    chips = told.locator(".chip").evaluate_all("chips => chips.map(chip => chip.firstChild.textContent)")
    assert chips == ["push", "queue", "read", "E02", "call", "kept"]
    expect(told).to_contain_text("E02: its event changed")
    expect(told.locator(".took")).to_have_text(re.compile(r"^\d+ ms$|^\d+\.\d s$"))
    picture(desk, "page-desk")


def test_deleted_and_restored(running: Running, desk: Page) -> None:
    """While the grace lasts the conference differs, and is back at once; after it, it is deleted."""
    make(desk, "Retrospective")
    edit(desk, "Retrospective").get_by_role("button", name="Delete").click()
    expect(room(desk, "Retrospective")).to_have_attribute("data-state", "differs")
    expect(room(desk, "Retrospective")).to_contain_text("grace")
    desk.locator(".toast").get_by_role("button", name="Restore").click()
    in_step(desk, "Retrospective")
    expect(line(desk, "is restored")).to_contain_text("E18")

    made = running.room("Retrospective")
    edit(desk, "Retrospective").get_by_role("button", name="Delete").click()
    expect(desk.locator(f"#gone [data-room='{made['id']}']")).to_have_attribute("data-state", "deleted")
    expect(line(desk, "is deleted")).to_contain_text("E05")
    assert running.room("Retrospective")["status"] == "deleted"


def test_a_line_that_grows_keeps_the_focus(running: Running, desk: Page) -> None:
    """The call comes when the grace is over."""
    make(desk, "Farewell")
    edit(desk, "Farewell").get_by_role("button", name="Delete").click()
    told = line(desk, "“Farewell” is deleted")
    told.locator("summary").focus()
    expect(told.locator(".call")).to_be_visible()
    expect(told.locator("summary")).to_be_focused()


def test_copied(running: Running, desk: Page) -> None:
    """The copy carries the same conference, which stays with the original."""
    make(desk, "Workshop")
    made = running.room("Workshop")
    edit(desk, "Workshop").get_by_role("button", name="Copy").click()
    expect(line(desk, "“Workshop (copy)” appears")).to_contain_text("E10")
    expect(room(desk, "Workshop")).to_contain_text("carried by “Workshop”, “Workshop (copy)”")
    in_step(desk, "Workshop")
    assert running.room("Workshop")["event"] == made["event"]


def test_a_series(running: Running, desk: Page) -> None:
    """One date moved, one cancelled, and this and following: each in the conference of the series."""
    make(desk, "Round", day=0, start="09:00", end="10:00", Repeats="daily")
    move(desk, "Round", at(desk, 1, "13:00"), number=1)
    desk.get_by_role("dialog", name="Which dates").get_by_role("button", name="This one").click()
    expect(line(desk, "is now")).to_contain_text("E13")
    in_step(desk, "Round")
    edit(desk, "Round", 2).get_by_role("button", name="Delete").click()
    expect(line(desk, "is cancelled")).to_contain_text("E14")
    in_step(desk, "Round")
    statuses = [one["status"] for one in running.room("Round")["occurrences"].values()]
    assert sorted(statuses) == ["cancelled", "updated"]

    move(desk, "Round", at(desk, 4, "15:00"), number=3)
    desk.get_by_role("dialog", name="Which dates").get_by_role("button", name="This and following").click()
    expect(line(desk, "is split: this and following")).to_have_attribute("data-state", "done")
    expect(room(desk, "Round")).to_contain_text(re.compile("15:00.16:00"))
    in_step(desk, "Round")
    picture(desk, "page-series")


def test_a_drag_that_is_thought_better_of(running: Running, desk: Page) -> None:
    """Nothing changes, and the meeting is back where it was."""
    make(desk, "Standup", day=0, start="09:00", end="10:00", Repeats="daily")
    made, box = running.room("Standup"), box_of(meeting(desk, "Standup"))
    move(desk, "Standup", at(desk, 0, "13:00"))
    desk.get_by_role("dialog", name="Which dates").get_by_role("button", name="None").click()
    expect(desk.get_by_role("dialog")).to_have_count(0)
    until(lambda: meeting(desk, "Standup").bounding_box() == box, "the meeting is where it was")
    assert running.room("Standup") == made


def test_two_users(running: Running, desk: Page) -> None:
    """One is added and invited; in their calendar is a copy, and what they answer reaches the conference."""
    make(desk, "Lunch talk")
    desk.get_by_role("button", name="Add a user").click()
    desk.get_by_role("dialog", name="Add a user").get_by_label("Address").fill("bob@example.com")
    desk.get_by_role("dialog", name="Add a user").get_by_role("button", name="Add").click()
    desk.get_by_role("button", name="owner").click()
    form = edit(desk, "Lunch talk")
    form.get_by_label("Invite").fill("bob@example.com")
    form.get_by_role("button", name="Invite").click()
    expect(room(desk, "Lunch talk")).to_contain_text("bob (invited)")
    expect(line(desk, "bob's copy: “Lunch talk” arrives from owner")).to_have_attribute("data-state", "done")

    desk.get_by_role("button", name="bob").click()
    meeting(desk, "Lunch talk").click()
    desk.get_by_role("dialog", name=re.compile("copy")).get_by_role("button", name="Accept").click()
    expect(room(desk, "Lunch talk")).to_contain_text("bob (accepted)")
    in_step(desk, "Lunch talk")
    picture(desk, "page-guest")


def test_a_lost_push_heals(running: Running, desk: Page) -> None:
    """Nobody is told, so calendar and conference differ, until the sweep has waited long enough."""
    make(desk, "Kickoff")
    desk.get_by_role("button", name="Lose the next").click()
    rename(desk, "Kickoff", "Lost")
    expect(room(desk, "Kickoff")).to_have_attribute("data-state", "differs")
    in_step(desk, "Lost")
    expect(line(desk, "is renamed “Lost”")).to_contain_text("E02")
    line(desk, "is renamed “Lost”").locator("summary").click()
    expect(line(desk, "is renamed “Lost”")).to_contain_text("asked by the sweep")


def test_a_push_that_comes_twice(running: Running, desk: Page) -> None:
    """The conference is told once."""
    make(desk, "Review")
    desk.get_by_role("button", name="Double the next").click()
    rename(desk, "Review", "Doubled")
    in_step(desk, "Doubled")
    line(desk, "is renamed “Doubled”").locator("summary").click()
    expect(line(desk, "is renamed “Doubled”")).to_contain_text("the same once more")
    told = [one for one in running.system.conferences.rooms.log() if '"Doubled"' in one["body"]]
    assert len(told) == 1


def test_a_forgotten_sync_token(running: Running, desk: Page) -> None:
    """All is read again, and nothing is lost."""
    make(desk, "Demo day")
    desk.get_by_role("button", name="Forget").click()
    rename(desk, "Demo day", "Remembered")
    in_step(desk, "Remembered")
    line(desk, "is renamed “Remembered”").locator("summary").click()
    expect(line(desk, "is renamed “Remembered”")).to_contain_text("everything is read")


@pytest.mark.parametrize("answer", ["500", "401", "nothing"])
def test_a_conference_system_in_trouble(running: Running, desk: Page, answer: str) -> None:
    """The drift is seen, with the reason, and gone when the system is well and is asked again."""
    title, new = f"Call with {answer}", f"Troubled by {answer}"
    make(desk, title)
    answers = desk.get_by_role("group", name="Conference system")
    answers.get_by_role("button", name=answer, exact=True).click()
    rename(desk, title, new)
    expect(room(desk, title)).to_have_attribute("data-state", "differs")
    expect(line(desk, f"is renamed “{new}”")).to_have_attribute("data-state", "trouble")
    expect(room(desk, title).get_by_role("button", name="Try again now")).to_be_visible()
    if answer == "500":
        picture(desk, "page-trouble")
    answers.get_by_role("button", name="as it should").click()
    room(desk, title).get_by_role("button", name="Try again now").click(timeout=5_000, force=True)
    in_step(desk, new)


def test_a_killed_function(running: Running, desk: Page) -> None:
    """What it was about to do waits, and is done by the next instance."""
    make(desk, "Rehearsal")
    expect(meeting(desk, "Rehearsal")).to_be_visible()
    desk.get_by_label("Function").select_option("sync_calendar")
    desk.get_by_role("button", name="Kill").click()
    rename(desk, "Rehearsal", "Revived")
    expect(line(desk, "is renamed “Revived”")).to_contain_text("sync_calendar does not answer")
    in_step(desk, "Revived")
    expect(line(desk, "sync_calendar is back")).to_be_visible()


def test_what_an_operator_asks(running: Running, desk: Page) -> None:
    """Plan and history of what is clicked, and a call once more, which changes nothing."""
    make(desk, "Audit")
    made = running.room("Audit")
    desk.get_by_role("button", name="Plan", exact=True).click()
    dialog = desk.locator("#answer")
    expect(dialog).to_contain_text("Nothing: calendar and conferences are in step.")
    expect(dialog).to_contain_text(f"python -m functions plan {OWNER}")
    dialog.get_by_role("button", name="Close").click()
    room(desk, "Audit").get_by_role("button", name="History").click()
    expect(dialog).to_contain_text("E01: a new event carries it")
    dialog.get_by_role("button", name="Close").click()
    told = line(desk, "“Audit” appears")
    told.locator("summary").click()
    told.get_by_role("button", name="Replay").click()
    expect(desk.locator(".toast")).to_contain_text("nothing was done twice")
    assert running.room("Audit") == made


def test_by_keyboard_alone(running: Running, desk: Page) -> None:
    """Made, moved, renamed and deleted without a mouse."""
    press_until(desk, "Shift+Tab", "#new")
    desk.keyboard.press("Enter")
    desk.keyboard.type("Seminar")
    desk.keyboard.press("Enter")
    in_step(desk, "Seminar")
    expect(meeting(desk, "Seminar")).to_be_visible()
    before = starts(running, "Seminar")
    press_until(desk, "Tab", ".ec-event")
    desk.keyboard.press("ArrowDown")
    expect(line(desk, "“Seminar” moves to")).to_have_attribute("data-state", "done")
    assert (starts(running, "Seminar") - before).total_seconds() == 1800
    expect(meeting(desk, "Seminar")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("ControlOrMeta+a")
    desk.keyboard.type("Renamed")
    desk.keyboard.press("Enter")
    in_step(desk, "Renamed")
    expect(meeting(desk, "Renamed")).to_be_visible()
    press_until(desk, "Tab", ".ec-event")
    desk.keyboard.press("Enter")
    press_until(desk, "Tab", "button[value=delete]")
    desk.keyboard.press("Enter")
    expect(room(desk, "Renamed")).to_have_attribute("data-state", "differs")


def test_drawn_anew_the_focus_stays(running: Running, desk: Page) -> None:
    """Not a moment without it, or a key would be lost; also not when a dialog is closed over what is new."""
    make(desk, "Seminar")
    press_until(desk, "Tab", ".ec-event")
    desk.evaluate(WATCH_FOCUS)
    for down in range(1, 4):
        desk.keyboard.press("ArrowDown")
        expect(desk.locator(".ec-event time")).to_have_text(f"{10 + down // 2}:{down % 2 * 30:02}")
    assert desk.evaluate("window.lost") == 0
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("dialog", name="Meeting")).to_be_visible()
    renamed_elsewhere(running, "Seminar", "Renamed")
    expect(meeting(desk, "Renamed")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(meeting(desk, "Renamed")).to_be_focused()


def renamed_elsewhere(running: Running, title: str, other: str) -> None:
    """By somebody else."""
    deeds = Deeds(running.system)
    event = running.room(title)["event"]["id"]
    deeds.do(Wish({"deed": "change", "user": OWNER, "event": event, "title": other}))
    deeds.close()


def press_until(page: Page, key: str, selector: str) -> None:
    """Until something like this has the focus."""
    for _ in range(80):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{selector} cannot be reached by {key}")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"Title": ""}, "The meeting has no title: give it one, such as Planning."),
        ({"Title": "x" * 201}, "The title has 201 characters"),
        ({"Title": "Planning", "Start": ""}, "The start is missing: give day and time"),
        ({"Title": "Planning", "End": "2020-01-01T10:00"}, "is not after the start"),
        ({"Title": "Planning", "Guests": "bob"}, "“bob” is no address: give one such as bob@example.com."),
    ],
    ids=["no title", "long title", "no start", "end before start", "guest"],
)
def test_fields_that_cannot_be_read(
    running: Running, desk: Page, fields: dict[str, str], sentence: str
) -> None:
    """A sentence says what is wrong and what would be right, and nothing is made."""
    before = len(running.system.conferences.rooms.all())
    desk.get_by_role("button", name="New meeting").click()
    form = desk.get_by_role("dialog", name="New meeting")
    for label, value in fields.items():
        form.get_by_label(label).fill(value)
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text(sentence)
    assert len(running.system.conferences.rooms.all()) == before


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("bob", "“bob” is no address"), ("", "The address is missing"), (OWNER, "is here already")],
    ids=["no address", "empty", "known"],
)
def test_users_that_cannot_be_added(running: Running, desk: Page, address: str, sentence: str) -> None:
    desk.get_by_role("button", name="Add a user").click()
    form = desk.get_by_role("dialog", name="Add a user")
    form.get_by_label("Address").fill(address)
    form.get_by_role("button", name="Add").click()
    expect(form.get_by_role("alert")).to_contain_text(sentence)


def test_on_a_phone_in_the_dark(running: Running, browser: Browser) -> None:
    """One day at a time, nothing to scroll sideways, and a meeting is made and changed by tapping."""
    with window(browser, PHONE_WIDTH) as page:
        page.emulate_media(color_scheme="dark")
        opened(page, running.page.url)
        page.get_by_role("button", name="New meeting").click()
        form = page.get_by_role("dialog", name="New meeting")
        assert fits(page)
        picture(page, "page-phone-form")
        form.get_by_label("Title").fill("Call")
        form.get_by_role("button", name="Save").click()
        in_step(page, "Call")
        rename(page, "Call", "On the phone")
        in_step(page, "On the phone")
        assert fits(page)
        picture(page, "page-phone-dark")
        assert page.evaluate("getComputedStyle(document.body).colorScheme")


def test_at_a_desk_in_the_dark(running: Running, desk: Page) -> None:
    desk.emulate_media(color_scheme="dark")
    make(desk, "Board")
    make(desk, "Candidates", day=3, start="14:00", end="15:30")
    ground = desk.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", ground)[:3]) < 64
    assert fits(desk)
    picture(desk, "page-desk-dark")


def test_two_tabs(running: Running, desk: Page, browser: Browser) -> None:
    """What is done in one is seen in the other, also in one that was closed meanwhile and comes again."""
    make(desk, "Tasting")
    with window(browser) as other:
        opened(other, running.page.url)
        expect(meeting(other, "Tasting")).to_be_visible()
        rename(other, "Tasting", "In another tab")
    in_step(desk, "In another tab")
    expect(meeting(desk, "In another tab")).to_be_visible()
    with window(browser) as again:
        opened(again, running.page.url)
        expect(line(again, "is renamed “In another tab”")).to_have_attribute("data-state", "done")


def test_a_page_before_and_after_the_system(browser: Browser) -> None:
    """It waits for the system without being loaded again, says when that is gone, and takes up the next."""
    with window(browser) as page:
        with LocalPage(0) as local:
            page.goto(local.url)
            expect(page.locator("#phase")).to_contain_text("starting")
            page.get_by_role("button", name="Plan").click()
            expect(page.locator(".toast")).to_contain_text("still starting")
            with System(Plan(settings=SETTINGS, heard=local.heard)) as system, local.showing(system):
                expect(page.locator("#phase")).to_have_text("running")
                page.locator("button.ec-next").click()
                make(page, "Planning")
        expect(page.locator("#phase")).to_contain_text("make local")
        with LocalPage(int(local.url.strip("/").rpartition(":")[2])):
            expect(page.locator("#phase")).to_contain_text("starting")
            expect(page.locator("#lines li")).to_have_count(0)


def test_without_the_calendar_from_npm(running: Running, browser: Browser) -> None:
    """It says what to do, and shows all else."""
    with window(browser) as page:
        page.route("**/widget/*", lambda asked: asked.fulfill(status=404))
        page.goto(running.page.url)
        expect(page.get_by_role("alert").filter(has_text="run make page")).to_be_visible()
        expect(page.locator("#phase")).to_have_text("running")
        page.get_by_role("button", name="New meeting").click()
        page.get_by_role("dialog", name="New meeting").get_by_label("Title").fill("Bare")
        page.get_by_role("dialog", name="New meeting").get_by_role("button", name="Save").click()
        in_step(page, "Bare")


def test_an_ended_consent(browser: Browser) -> None:
    """Where users consent, they connect from the page; a consent that is over is told, and given again."""
    with LocalPage(0) as local:
        settings = {**SETTINGS, "CALENDAR_AUTH": "oauth"}
        plan = Plan(settings=settings, sweep_every=SWEEP_EVERY_S, heard=local.heard)
        with System(plan) as system, local.showing(system), window(browser) as page:
            opened(page, local.url)
            expect(page.locator("#access")).to_contain_text("not followed")
            connect(page)
            expect(page.locator("#access")).to_be_hidden()
            make(page, "Planning")
            page.locator("#consent").get_by_role("button", name="End").click()
            rename(page, "Planning", "Without consent")
            expect(room(page, "Planning")).to_have_attribute("data-state", "differs")
            expect(page.locator("#access")).to_contain_text("consent is over")
            expect(line(page, "is renamed “Without consent”")).to_contain_text("access is lost")
            picture(page, "page-consent-over")
            connect(page)
            in_step(page, "Without consent")
            expect(page.locator("#access")).to_be_hidden()
            running = Running(system=system, page=local)
            assert running.room("Without consent")["status"] == "live"


def connect(page: Page) -> None:
    """The link opens a tab of its own, as Google's page."""
    with page.expect_popup() as opening:
        page.get_by_role("link", name="Connect it").click()
    google = opening.value
    google.get_by_label(OWNER).check()
    google.get_by_role("checkbox").check()
    google.get_by_role("button", name="Continue").click()
    expect(google).to_have_title("Your calendar is connected")
    google.close()
