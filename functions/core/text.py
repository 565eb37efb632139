"""Event descriptions are HTML; conference systems get plain text."""

import re
from html.parser import HTMLParser

BREAKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4", "h5", "h6"})
DECLARATION = re.compile(r"<!.*?(?:>|\Z)", re.DOTALL)  # the parser asserts on ones it does not know


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - their hook
        if tag in BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BREAKS - {"br", "li"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def plain(html: str) -> str:
    """The text of an HTML description: tags go, blocks begin new lines, at most one blank line in a row."""
    parser = _Text()
    parser.feed(DECLARATION.sub("", html))
    parser.close()
    kept: list[str] = []
    for line in (line.strip() for line in "".join(parser.parts).splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
