"""The commands that a page tells."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
OURS = ("python", "-m", "functions")
FENCED = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class Told(NamedTuple):
    """One command, in words; `whole` if it stands in a block, to be typed as it is."""

    words: tuple[str, ...]
    whole: bool

    @property
    def ours(self) -> bool:
        return self.words[:3] == OURS


def told(page: Path) -> Iterator[Told]:
    text = page.read_text()
    for block in FENCED.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            for part in re.split(r" && | \| ", line):
                if words := _words(part):
                    yield Told(words, whole=True)
    for code in INLINE.findall(FENCED.sub("", text)):
        yield Told(_words(code), whole=False)


def _words(line: str) -> tuple[str, ...]:
    """Without settings in front, where the output goes, and what is said in brackets to be optional."""
    try:
        words = shlex.split(re.sub(r"\[[^]]*\]", "", line).partition(" > ")[0], comments=True)
    except ValueError:  # a piece of some other language
        return ()
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words = words[1:]
    return tuple(words)
