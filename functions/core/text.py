"""Event descriptions are HTML, or were typed as plain text; conference systems get what a person would write.

What is not markup stays as it is: `<ada@example.com>`, `a < b`, `&param=1`.
The standard library's parser is not used: in versions that we run on it takes quadratic time for some texts,
and raises for others. Here a pattern that fails has ended at the next `<`, so the time is linear.
"""

import re
from html import unescape
from html.entities import html5
from urllib.parse import unquote

_MARKUP = re.compile(
    r"""
      <!--.*?(?:-->|\Z)
    | <(?P<unseen>script|style)(?=\s|/?>)[^<>]*>.*?(?:</(?P=unseen)(?=\s|/?>)[^<>]*>|\Z)
    | <[!?][^<>]*>
    | <(?P<end>/?)(?P<name>[a-z][a-z0-9:-]*)(?=\s|/?>)(?P<attributes>[^<>]*)>
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE | re.ASCII,
)
# Only with its semicolon: a URL typed as plain text may hold `&copy=1`.
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|(?P<name>[a-zA-Z][a-zA-Z0-9]{1,31}));")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HREF = re.compile(r"""\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))""", re.IGNORECASE | re.ASCII)
# Calendar's page makes the links of a description lead through here.
_REDIRECT = re.compile(r"https?://www\.google\.com/url\?(?:[^#]*?&)?q=(?P<to>[^&#]*)", re.IGNORECASE)
_ADDRESS = re.compile(
    r"mailto:(?P<mail>[^\s?]++)\S*+|tel:(?P<tel>\S+)|(?P<url>[a-z][a-z0-9+.-]*://\S+)", re.IGNORECASE
)
_SCHEME = re.compile(r"https?://|mailto:|tel:", re.IGNORECASE)

_APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table", "hr"})
_LISTS = frozenset({"ul", "ol"})
_BLOCKS = _APART | _LISTS | {"div", "li", "tr", "section", "article", "header", "footer", "dl", "dt", "dd"}
_INDENTS_MAX = 5


def plain(html: str) -> str:
    """The text of a description: blocks begin new lines, items of lists begin with `- ` or their number, a
    link keeps its address if that says more than its text, and there is never more than one blank line.
    """
    page, at = _Page(), 0
    for found in _MARKUP.finditer(html):
        page.text(_resolved(html[at : found.start()]))
        at = found.end()
        if found["name"]:
            page.tag(found["name"].lower(), found["attributes"], ends=bool(found["end"]))
    page.text(_resolved(html[at:]))
    return page.end()


class _Page:
    """A text as it grows, line by line."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._fresh = False  # a tag has just ended the line: a line end in the source adds none
        self._lists: list[int | None] = []  # those open; of an ordered one, its last number
        self._bullet = ""
        self._address = ""  # of the link that is open
        self._linked: list[str] = []

    def text(self, said: str) -> None:
        if not said:
            return
        layout = _LINE_END.match(said) if self._fresh else None
        first, *more = _LINE_END.split(said[layout.end() if layout else 0 :])
        self._line.append(first)
        for line in more:
            self._break()
            self._line.append(line)
        self._fresh = False
        if self._address:
            self._linked.append(said)

    def tag(self, name: str, attributes: str, *, ends: bool) -> None:
        if name == "a":
            self._link("" if ends else _address(attributes))
        elif name == "br":
            self._break()
        elif name in _BLOCKS:
            self._block(name, ends=ends)
        elif name in {"td", "th"} and not ends:
            self._line.append(" ")
        self._fresh = name == "br" or name in _BLOCKS

    def end(self) -> str:
        self._link("")
        self._finish()
        kept: list[str] = []
        for line in self._lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip()

    def _block(self, name: str, *, ends: bool) -> None:
        self._finish()
        if name in _APART:
            self._lines.append("")
        elif name in _LISTS and not ends:
            self._lists.append(0 if name == "ol" else None)
        elif name in _LISTS and self._lists:
            self._lists.pop()
        elif name == "li":
            self._bullet = "" if ends else self._next_bullet()

    def _next_bullet(self) -> str:
        indent = "  " * (min(len(self._lists), _INDENTS_MAX) - 1)
        number = self._lists[-1] if self._lists else None
        if number is None:
            return f"{indent}- "
        self._lists[-1] = number + 1
        return f"{indent}{number + 1}. "

    def _break(self) -> None:
        """The line ends here, even an empty one."""
        if not self._finish():
            self._lines.append("")

    def _finish(self) -> bool:
        """The line ends if there is something on it."""
        text = "".join(self._line).replace("\N{NO-BREAK SPACE}", " ").strip()
        self._line.clear()
        if text:
            self._lines.append(self._bullet + text)
            self._bullet = ""
        return bool(text)

    def _link(self, address: str) -> None:
        """The link that is open ends, and another begins if there is an address."""
        said = "".join(self._linked).strip()
        if self._address and not said:
            self._line.append(self._address)
        elif self._address and _bare(said) != _bare(self._address):
            last = self._line.pop() if self._line else ""
            text = last.rstrip()
            self._line += [text, f" ({self._address})", last[len(text) :]]
        self._address, self._linked = address, []


def _resolved(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    name = reference["name"]
    return html5.get(f"{name};", reference[0]) if name else unescape(reference[0])


def _address(attributes: str) -> str:
    """Where a link leads, as a person would write it; empty if only Calendar's page could follow it."""
    found = _HREF.search(attributes)
    href = _resolved(next(filter(None, found.groups()), "") if found else "").strip()
    redirect = _REDIRECT.match(href)
    address = _ADDRESS.fullmatch(unquote(redirect["to"]) if redirect else href)
    return address[address.lastgroup or 0] if address else ""


def _bare(address: str) -> str:
    """Without what people leave out when they write an address."""
    return unquote(_SCHEME.sub("", address.strip(), count=1)).rstrip("/").casefold()
