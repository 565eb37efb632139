"""What is logged, what metrics and alerts make of it, and what is never said."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.host.conftest import ROOT
from tests.infra import story
from tests.infra.documented import ALWAYS, TABLE
from tests.infra.entries import FOUND, PASSED_OVER
from tests.infra.filters import entry_of, evaluate, extract
from tests.support.logged import Line, logged

NAME = re.compile(r"[a-z]+\.[a-z_]+")
FILTERS: dict[str, dict[str, Any]] = json.loads((ROOT / "infra" / "log_filters.json").read_text())
SOURCES = (
    ROOT / "main.py",
    ROOT / "functions" / "providers.py",
    ROOT / "functions" / "visits.py",
    ROOT / "functions" / "adapters" / "stores" / "records.py",
    ROOT / "functions" / "adapters" / "providers" / "webex" / "token.py",
    *sorted((ROOT / "functions" / "flow").glob("*.py")),
)


class Told:
    """All lines of the story, and what none of them may hold."""

    def __init__(self, lines: Sequence[Line], unspeakable: set[str]) -> None:
        self.lines = lines
        self.ours = [line for line in lines if str(line["logger"]).startswith("functions")]
        self.unspeakable = unspeakable


@pytest.fixture(scope="module")
def told() -> Told:
    with logged() as lines:
        unspeakable = story.play()
    return Told(lines, unspeakable)


def constants(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            yield node.value


def test_the_table_lists_what_the_code_logs() -> None:
    """Each name in the code has its row, and each row its place in the code."""
    names = {name for path in SOURCES for name in constants(path)} - {"functions.main", "functions.adapters"}
    assert names == set(TABLE)


def test_the_story_tells_everything(told: Told) -> None:
    """So what is shown of the lines below is shown of each kind there is."""
    others = {"sync.ended", "request.unreadable", "connect.failed"}
    assert {line["message"] for line in told.ours} == set(TABLE) - others


def test_lines_are_as_the_table_says(told: Told) -> None:
    """With this severity and no other fields."""
    for line in told.ours:
        severity, fields = TABLE[line["message"]]
        assert line["severity"] == severity, line
        assert set(line) - ALWAYS <= fields, line


def test_every_field_of_the_table_is_there(told: Told) -> None:
    """Each is in some line."""
    for name in {line["message"] for line in told.ours}:
        seen = {field for line in told.ours if line["message"] == name for field in line}
        assert TABLE[name][1] <= seen, name


def test_no_line_holds_what_must_not_be_said(told: Told) -> None:
    """No title, description, place, guest, link, passcode, key, channel token, sync token, webhook secret."""
    assert len(told.unspeakable) > 20
    for line in told.lines:
        text = json.dumps(line, ensure_ascii=False)
        assert [word for word in told.unspeakable if word in text] == [], line["message"]


def test_no_error_is_logged_whole() -> None:
    """A text that holds another system's words has a shorter one for the log."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("log.", "self._log")):
                assert "str(" not in ast.unparse(node), ast.unparse(node)


METRICS = {
    "notifications": {"notification.accepted", "notification.forged", "notification.unreadable"}
    | {"notification.not_post", "notification.not_published"},
    "sync_lag": {"sync.token_committed"},
    "reads": {"sync.page_read"},
    "untold": {"channel.silent"},
    "provider_calls": {"provider.applied", "provider.rejected", "provider.gone", "provider.failed"},
    "parked": {"provider.rejected", "provider.gone", "conference.decided"},
    "unreadable_events": {"event.unreadable"},
    "unsupported": {"conference.unsupported"},
    "links": {"event.link_written", "event.link_refused"},
    "renewals": {"channel.opened", "channel.not_renewed"},
    "orphans": {"channel.orphan_stopped", "channel.orphan_not_stopped"},
    "runs": {"sweep.done", "renew.done"},
    "parked_for_long": {"sweep.done"},
    "access_lost": {"calendar.access_lost"},
}
ALERTS = {
    "channel_ends": {"channel.not_renewed"},
    "access_lost": {"calendar.access_lost"},
    "calendar_fails": {"sync.failed"},
    "project_refused": {"project.refused"},
    "system_refuses": {"system.refuses_all"},
    "token_ends": {"system.token_ends"},
    "deletions_withheld": {"sync.deletions_withheld"},
}
NAMES = {
    "PROJECT": "p",
    "FUNCTIONS": '"receive-notification" OR "sweep-calendars"',
    "PRIVATE": "initialize-syncing|renew-channels|sweep-calendars|sync-calendar",
}


def whole(wanted: dict[str, Any]) -> str:
    """The filter as infra/monitoring.tf puts it together."""
    log = FILTERS["logs"][wanted.get("log", "functions")]
    for name, value in NAMES.items():
        log = log.replace(name, value)
    return f"{log} AND ({wanted['filter']})"


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in ("metrics", "alerts")
        for name, wanted in FILTERS[kind].items()
        if "log" not in wanted
    ],
)
def test_a_filter_finds_its_lines_and_no_others(told: Told, kind: str, name: str) -> None:
    """On lines that the code has written; each label, and the value, is found in each of them."""
    wanted = FILTERS[kind][name]
    matches = evaluate(wanted["filter"])
    found = [line for line in told.ours if matches(entry_of(line))]
    assert {line["message"] for line in found} == {"metrics": METRICS, "alerts": ALERTS}[kind][name]
    for line in found:
        for extractor in wanted.get("labels", {}).values():
            assert extract(extractor, entry_of(line)), (extractor, line)
        assert "value" not in wanted or float(extract(wanted["value"], entry_of(line)) or "") >= 0


def test_a_filter_of_googles_logs_finds_its_entries_and_no_others() -> None:
    """The whole filter, on entries as Google writes them; each label is found in each of them."""
    filters = {**FILTERS["metrics"], **FILTERS["alerts"]}
    assert {name for name, wanted in filters.items() if "log" in wanted} == set(FOUND)
    for name, entries in FOUND.items():
        matches, others = evaluate(whole(filters[name])), [each for each in FOUND if each != name]
        assert all(map(matches, entries)), name
        passed_over = [*PASSED_OVER, *(entry for other in others for entry in FOUND[other])]
        assert [entry for entry in passed_over if matches(entry)] == [], name
        labels = filters[name].get("labels", {}).values()
        assert all(extract(label, entry) for label in labels for entry in entries), name


def test_alerts_on_lines_are_narrower_than_their_names(told: Told) -> None:
    """Not each failed renewal, nor each loss of access, is worth waking somebody."""
    for name in ("channel_ends", "access_lost", "calendar_fails"):
        matches = evaluate(FILTERS["alerts"][name]["filter"])
        (message,) = ALERTS[name]
        lines = [line for line in told.ours if line["message"] == message]
        assert 0 < len([line for line in lines if matches(entry_of(line))]) < len(lines)


def test_every_metric_is_looked_at() -> None:
    """The dashboard and the alerts name our metrics only, and each of them at least once."""
    dashboard = (ROOT / "infra" / "dashboard.json").read_text()
    rules = (ROOT / "infra" / "rules.yaml").read_text()
    shown = set(re.findall(r"logging\.googleapis\.com/user/calendar_sync_(\w+)", dashboard))
    alerted = {re.sub("_(sum|count)$", "", name) for name in re.findall(r"user_calendar_sync_(\w+)", rules)}
    assert shown | alerted == set(FILTERS["metrics"])
    assert alerted <= set(FILTERS["metrics"])


def test_each_alert_names_a_page_of_the_runbook() -> None:
    """And each page of the runbook has a cause and a command."""
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    titles = re.findall(r"^## (.+)$", runbook, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9-]", "", title.lower().replace(" ", "-")) for title in titles}
    moves = {"moved.tf", "removed.tf"}
    files = [file for file in (ROOT / "infra").glob("*.tf") if file.name not in moves]
    alerts = "".join(file.read_text() for file in files)
    pages = set(re.findall(r"docs/runbook\.md#([a-z0-9-]+)", alerts)) | set(
        re.findall(r'page\s+= "([a-z0-9-]+)"', alerts)
    )
    assert len(pages) == 18
    assert pages <= anchors
    for page in re.split(r"^## ", runbook, flags=re.MULTILINE)[1:]:
        if re.sub(r"[^a-z0-9-]", "", page.partition("\n")[0].lower().replace(" ", "-")) in pages:
            assert "**Cause" in page, page
            assert "```" in page, page
