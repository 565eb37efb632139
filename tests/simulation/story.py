"""What is to happen, as lines of text: when, a verb, and its words. The same story always ends the same way.

The first lines set the scene; all others are done by people, by operators, or by bad luck.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`at` is in seconds since the story began."""

    at: float
    verb: str
    words: Mapping[str, str]

    def __str__(self) -> str:
        return " ".join(
            [f"{self.at:.3f}", self.verb, *(f"{name}={text}" for name, text in self.words.items())]
        )

    def number(self, name: str, otherwise: float = 0) -> float:
        return float(self.words.get(name, otherwise))


def line(at: float, verb: str, **words: object) -> Line:
    return Line(at=round(at, 3), verb=verb, words={name: str(word) for name, word in words.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`seed` decides how long each call takes; `scene` are the settings, by name."""

    seed: int
    scene: Mapping[str, str]
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        scene = [f"{name}={text}" for name, text in self.scene.items()]
        return "\n".join([" ".join([f"seed={self.seed}", *scene]), *map(str, self.lines)])


def read(text: str) -> Story:
    first, *rest = [each.strip() for each in text.strip().splitlines()]
    scene = _words(first.split())
    return Story(seed=int(scene.pop("seed")), scene=scene, lines=tuple(_line(each) for each in rest if each))


def _line(text: str) -> Line:
    at, verb, *words = text.split()
    return Line(at=float(at), verb=verb, words=_words(words))


def _words(words: Iterable[str]) -> dict[str, str]:
    return {name: text for name, _, text in (word.partition("=") for word in words)}
