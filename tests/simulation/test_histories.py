"""Histories with fixed seeds: what goes wrong in them is drawn, and every promise is kept."""

import subprocess
import sys

import pytest

from functions.core import brake, withheld
from tests.simulation import history
from tests.simulation.draw import draw
from tests.simulation.history import run
from tests.simulation.shrink import shrink
from tests.simulation.story import read
from tests.support.logged import logged, named
from tests.support.needs import IN_CI

AT_ONCE = 15
HISTORIES = 300 if IN_CI else 60  # `make simulate` takes as many as it is told to
# What SQLite calls a version of a record is random on purpose, and addresses are the interpreter's.
DIGEST = r"""
import hashlib, re
from tests.simulation.draw import draw
from tests.simulation.history import run
tale = re.sub(r"\b[0-9a-f]{16}\b|0x[0-9a-f]+", "", "\n".join(run(draw(8), tale=True).tale))
print(hashlib.sha256(tale.encode()).hexdigest())
"""


@pytest.mark.slow
@pytest.mark.parametrize("first", range(1, HISTORIES + 1, AT_ONCE))
def test_histories(first: int) -> None:
    """In the end every conference is in step, none was deleted that is carried, nothing is left over."""
    for seed in range(first, first + AT_ONCE):
        story = draw(seed)
        broken = run(story).broken
        assert not broken, f"{broken}\nshortened to the story:\n{shrink(story)}"


@pytest.mark.parametrize("first", [1, 101])
def test_histories_in_which_one_deletion_is_too_much(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The brake stops what would leave less than half: all the same nothing is lost, and what an operator
    confirms in the end is deleted.
    """
    for module in (withheld, brake, history):
        monkeypatch.setattr(module, "RELEASES_MIN", 1)
    with logged() as lines:
        broken = {seed: run(draw(seed)).broken for seed in range(first, first + 5)}
    assert not any(broken.values()), broken
    assert named(lines, "sync.deletions_withheld")


def test_a_seed_replays_exactly() -> None:
    """Call by call, in another process and with other hashes: a story can be told again."""
    told = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={"PYTHONHASHSEED": hashes, "PYTHONPATH": "."},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashes in ("1", "2")
    }
    assert len(told) == 1


def test_a_story_says_all_there_is() -> None:
    """Written down and read again, it ends the same way."""
    story = draw(8)
    assert run(read(str(story)), tale=False).told == run(story).told
