"""The shortest story that still goes wrong in the same way."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from tests.simulation.history import run
from tests.simulation.story import Line, Story

DIGITS = re.compile(r"[0-9.]+")
PLAIN = {
    "empty": "0",
    "page": "500",
    "limit": "480",
    "skews": "0",
    "ahead": "0",
    "write_back": "off",
    "unwatchable": "",
    "deliveries": "100",
    "slots": "80",
    "grace": "300",
    "ttl": "604800",
    "renew": "172800",
    "every": "21600",
    "resets": "no",
}
TRIES_MAX = 600


def shrink(story: Story, fails: Callable[[Story], bool] | None = None) -> Story:
    """By leaving out lines and making the scene plain, as long as the same kind of promise is broken."""
    wrong = fails or _as(story)
    tries = 0

    def still(shorter: Story) -> bool:
        nonlocal tries
        tries += 1
        return tries <= TRIES_MAX and wrong(shorter)

    for _ in range(3):
        before = story
        story = replace(story, lines=_fewer(story.lines, partial(_with, story, still)))
        story = _plainer(story, still)
        if story == before:
            break
    return story


def _with(story: Story, still: Callable[[Story], bool], lines: tuple[Line, ...]) -> bool:
    return still(replace(story, lines=lines))


def kind_of(broken: str) -> str:
    """What was broken, without names and numbers."""
    words = re.sub(r"^at [0-9.]+: ", "", broken)
    return " ".join(re.findall(r"\b[a-z]{4,}\b", DIGITS.sub("", words))[:6])


def _as(story: Story) -> Callable[[Story], bool]:
    kind = kind_of(run(story).broken[0])
    return lambda shorter: any(kind_of(each) == kind for each in run(shorter).broken[:1])


def _fewer(lines: Sequence[Line], still: Callable[[tuple[Line, ...]], bool]) -> tuple[Line, ...]:
    """Delta debugging: leave out ever smaller parts."""
    kept = tuple(lines)
    size = max(len(kept) // 2, 1)
    while True:
        at = 0
        while at < len(kept):
            shorter = kept[:at] + kept[at + size :]
            if still(shorter):
                kept = shorter
            else:
                at += size
        if size == 1:
            return kept
        size //= 2


def _plainer(story: Story, still: Callable[[Story], bool]) -> Story:
    for name, plain in PLAIN.items():
        plainer = replace(story, scene={**story.scene, name: plain})
        if story.scene.get(name, plain) != plain and still(plainer):
            story = plainer
    return story
