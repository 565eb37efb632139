"""The commands that README and docs tell are understood, and those of an operator's year are run."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.cli.arguments import parser
from functions.cli.command import main
from local.system import Plan, System
from tests.support.nursery import begin
from tests.support.rig import OWNER, People
from tests.support.told import ROOT, told
from tests.support.wired import forget

OPERATE = ROOT / "docs" / "operate.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@each_page
def test_each_command_is_understood(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As it stands; where a sentence only names a command, there is one."""
    wrong = []
    for words, whole in (each for each in told(page) if each.ours):
        argv = words[3:] if whole or len(words) > 4 else [*words[3:], "--help"]
        try:
            parser().parse_args(argv)
        except SystemExit as ended:
            if ended.code:
                wrong.append((shlex.join(words), capsys.readouterr().err.splitlines()[-1]))
    assert wrong == []


@each_page
def test_each_target_and_script_is_there(page: Path) -> None:
    """What `make` is told to make, and the scripts of infra/."""
    targets = set(TARGET.findall((ROOT / "Makefile").read_text()))
    for words, _ in told(page):
        if words[:1] == ("make",):
            assert {word for word in words[1:] if "=" not in word} <= targets, words
        if words and re.fullmatch(r"infra/.*\.sh", words[0]):
            assert (ROOT / words[0]).is_file(), words


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[System]:
    """A shell with the settings of a whole system, and the list of a company."""
    (tmp_path / "users.csv").write_text(f"email\n{OWNER}\nben@example.com\n")
    with System(Plan(begin=begin)) as made:
        for name, value in made.settings.items():
            monkeypatch.setenv(name, value)
        made.calendar.seed([{"calendar": "ben@example.com"}])
        yield made
    forget()


def test_an_operators_year(system: System, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What of it needs no cloud ends well, one command after the other."""
    room = system.conferences.rooms.create("Planning").id
    People(url=f"{system.calendar.url}/calendar/v3/calendars/{OWNER}/events").add(room)
    for words, _ in (each for each in told(OPERATE) if each.ours and each.whole):
        argv = [
            {"CONFERENCE": room, "users.csv": str(tmp_path / "users.csv")}.get(word, word)
            for word in words[3:]
        ]
        forget()
        code = main(argv)
        assert code == 0, (shlex.join(argv), capsys.readouterr())
        assert system.quiet(20)
