"""What a conference system says of how to join, if it may be shown: people will click on it."""

import re

from functions.core.model import Link

URL_CHARACTERS_MAX, CODE_CHARACTERS_MAX = 1_300, 128  # as Calendar's for an entry point (FACTS.md 5)

_JOIN_URL = re.compile(r"https?://[^\s\"<>\\^`{|}\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def sound(url: object, passcode: object) -> Link | None:
    """None for anything but http and https, and for what would break a line."""
    code = passcode or ""
    if not isinstance(url, str) or not _JOIN_URL.fullmatch(url) or len(url) > URL_CHARACTERS_MAX:
        return None
    if not isinstance(code, str) or not code.isprintable() or len(code) > CODE_CHARACTERS_MAX:
        return None
    return Link(url, code)
