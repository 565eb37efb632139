"""What README and docs point to is there, and docs/README.md leads to each of them."""

import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
INDEX = ROOT / "docs" / "README.md"
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")
TITLE = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
ELSEWHERE = re.compile(r"[a-z]+:")


PAGES = sorted(page for depth in ("*.md", "*/*.md") for page in ROOT.glob(depth) if "/." not in str(page))


def links(page: Path) -> list[str]:
    text = CODE.sub("``", FENCED.sub("", page.read_text()))
    return [found[1] or found[2] for found in LINK.finditer(text)]


@cache
def anchors(page: Path) -> set[str]:
    """As GitHub makes them of the titles."""
    found: set[str] = set()
    for title in TITLE.findall(FENCED.sub("", page.read_text())):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
        name = again = re.sub(r"[^\w -]", "", plain).replace(" ", "-")
        number = 0
        while again in found:
            number += 1
            again = f"{name}-{number}"
        found.add(again)
    return found


def broken(page: Path) -> list[str]:
    wrong = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if ELSEWHERE.match(link):
            continue
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_each_link_leads_somewhere(page: Path) -> None:
    """To a file or folder of the repository, and where it names a title, to that."""
    assert broken(page) == []


def test_a_link_that_leads_nowhere_is_seen(tmp_path: Path) -> None:
    """A missing file, title and picture; not what is code, or elsewhere."""
    page = tmp_path / "page.md"
    page.write_text(
        "# What is [`here`](page.md), twice?\n## Twice\n## Twice\n"
        "[a](page.md#twice-1) [b](#what-is-here-twice) [c](https://example.com/#x) `[d](no.md)`\n"
        "```\n[e](no.md)\n# no\n```\n"
        '[f](no.md) [g](#no) [h](#twice-2) <img src="no.svg">\n'
    )
    assert broken(page) == ["no.md", "#no", "#twice-2", "no.svg"]


def test_the_index_leads_to_each_page_of_docs() -> None:
    """And to the pages beside README."""
    led = {(INDEX.parent / link).resolve() for link in links(INDEX)}
    beside = [ROOT / name for name in ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")]
    assert led >= {*beside, *(INDEX.parent).glob("*.md")} - {INDEX}


def test_the_newest_release_is_this_one() -> None:
    """The changelog has it under its number, and says from which one on what an upgrade asks."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    _, *releases = re.split(r"^## \[", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    numbers = [each.partition("]")[0] for each in releases]
    assert numbers[:2] == ["Unreleased", version]
    assert f"### Upgrading\n\nFrom {numbers[2]}" in releases[1]
