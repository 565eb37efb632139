"""Descriptions become what a person would write: docs/mapping.md, "Descriptions"."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.core.text import plain

LONG_NUMBER = f"&#{'9' * 5_000};"  # Python reads no decimal number of that length
AS_TYPED = "a < b, <3, <ada@example.com> <https://x.example/?a=1&copy=2> AT&T &unknown; <! <a"
TEXTS: list[tuple[str, str, str]] = [
    ("typed", "one\r\n  two\n\n\n\nthree  ", "one\ntwo\n\nthree"),
    ("typed-signs", AS_TYPED, AS_TYPED),
    ("breaks", "a<br>b<BR/>c<br />d", "a\nb\nc\nd"),
    ("break-at-a-line-end", "a<br>\nb", "a\nb"),
    ("paragraphs", "<p>a</p><p>b</p>c", "a\n\nb\n\nc"),
    ("one-blank-line", "<p>a</p><br><br><br>\n\n\n<p>b</p>", "a\n\nb"),
    ("divisions", "<div>a</div><div><div>b</div></div><div><br></div>c", "a\nb\n\nc"),
    ("heading", "a<h2>B</h2>c", "a\n\nB\n\nc"),
    ("inline", "<b>bo</b>ld <i>and</i> <span style='x'>sp<u>a</u>n</span>", "bold and span"),
    ("list", "Agenda:<ul>\n<li>one</li>\n<li>two</li>\n</ul>\nend", "Agenda:\n- one\n- two\nend"),
    ("numbered", "<ol><li>one</li><li>two</li></ol><ol><li>one</li></ol>", "1. one\n2. two\n1. one"),
    ("nested-list", "<ul><li>a<ol><li>b</li><li>c</li></ol></li><li>d</li></ul>",
     "- a\n  1. b\n  2. c\n- d"),
    ("empty-item", "<ul><li> </li><li><div>a</div></li></ul></ul><li>b", "- a\n- b"),
    ("deep-list", "a" + "<ul>" * 9 + "<li>b", f"a\n{' ' * 8}- b"),
    ("cells", "<table><tr><th>When</th><td>10</td></tr><tr><td>a</td></tr></table>", "When 10\na"),
    ("entities", "1 &lt; 2 &amp;&nbsp;&quot;&#x41;&#66;&quot; &amp;lt; &hellip;", '1 < 2 & "AB" &lt; …'),
    ("entity-of-no-character", "a&#xD800;b&#0;", "a\ufffdb\ufffd"),
    ("entity-without-end", LONG_NUMBER, LONG_NUMBER),
    ("comment", "a<!-- <b> -- > -->b<!DOCTYPE html><?xml?>c<!-- d", "abc"),
    ("script", "a<script>if (a<b) '</b>'</SCRIPT >b<style>p{}</style>c<script>d", "abc"),
    ("unknown-tag", "<o:p>a</o:p><html-blob>b</html-blob>", "ab"),
    ("link", '<a href="https://x.example/a?b=1&amp;c=2" target="_blank">the agenda </a>here',
     "the agenda (https://x.example/a?b=1&c=2) here"),
    ("link-written-otherwise", "<a href='https://x.example'>a</a> <A HREF=https://y.example>b</A>",
     "a (https://x.example) b (https://y.example)"),
    ("link-of-its-text",
     '<a href="https://x.example/">https://x.example/</a> <a href="http://x.example/">x.example</a>',
     "https://x.example/ x.example"),
    ("link-without-text", 'see <a href="https://x.example/"></a> there', "see https://x.example/ there"),
    ("link-left-open", '<a href="https://x.example/">a <a href="https://y.example/">b',
     "a (https://x.example/) b (https://y.example/)"),
    ("link-across-blocks", '<a href="https://x.example/"><div>a</div></a>', "a\n(https://x.example/)"),
    ("link-through-google",
     '<a href="https://www.google.com/url?q=https://x.example/?a%3D%2520&amp;sa=D">https://x.example/?a=%20</a>',
     "https://x.example/?a=%20"),
    ("link-through-google-with-text",
     '<a href="https://www.google.com/url?sa=D&amp;q=https%3A%2F%2Fx.example%2F">the agenda</a>',
     "the agenda (https://x.example/)"),
    ("mail", '<a href="mailto:a@x.example?subject=b">Ada</a> <a href="mailto:a@x.example">a@x.example</a>',
     "Ada (a@x.example) a@x.example"),
    ("phone", '<a href="tel:+49-30-1">call</a>', "call (+49-30-1)"),
    ("link-to-nowhere",
     '<a href="/a">a</a> <a href="javascript:b()">b</a> <a name="c">c</a> <a href="https://x y">d</a>',
     "a b c d"),
]  # fmt: skip


@pytest.mark.parametrize(("html", "text"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_text(html: str, text: str) -> None:
    """Blocks, lists, links and entities are written out; what is no markup stays."""
    assert plain(html) == text


PIECES = [
    "<", ">", "</", "a", "&", "&amp;", "&#", ";", "<p>", "</p>", "<br>", "<li>", "<ol>", "</ol>", "<td>",
    "<div>", "<!--", "-->", "<script>", "</script>", "<a href=", "</a>", "https://x.example/", "'", '"', " ",
    "\n", "\r", "\u2028", "\N{NO-BREAK SPACE}",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30))
def test_any_description_becomes_lines(pieces: list[str]) -> None:
    """Whatever it is made of, no line ends in a space, no two in a row are blank, none at the ends."""
    lines = plain("".join(pieces)).split("\n")
    assert [line.rstrip() for line in lines] == lines
    assert all(any(pair) for pair in pairwise(lines))
    assert lines == [""] or (lines[0] and lines[-1])


LONG_OF = [
    "<", "<a", "<a ", "</a", "<a href='", '<a href="x', "<a x=", "<a-", "<!--", "<!", "<?", "<script>",
    "<script></script", "<style></style", "&", "&#", "&#1", "&a", "<p>", "<li>", "<ol><li>", "</ul>", "a<br>",
    "\n", " ", "\N{NO-BREAK SPACE}", "<td>", "<a href=x://y>", "<a href=x://y>z ", "<a href='mailto:a?",
    " href=",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("piece", LONG_OF)
@pytest.mark.parametrize("tail", ["", ">", "'>"])
def test_long_descriptions_take_linear_time(piece: str, tail: str) -> None:
    """At this size, a pattern that started over at each character would take minutes."""
    assert isinstance(plain(piece * (100_000 // len(piece)) + tail), str)
