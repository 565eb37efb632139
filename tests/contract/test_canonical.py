"""One conference has one id, however an event spells it."""

import pytest

from functions.adapters.providers.janus import JanusProvider, JanusSettings
from functions.adapters.providers.webex.provider import WebexProvider, WebexSettings
from functions.adapters.providers.zoom.provider import ZoomProvider, ZoomSettings
from functions.ports import Naming

NUMBERS = JanusProvider(JanusSettings(url="http://127.0.0.1:9/janus", string_ids=False))
TEXTS = JanusProvider(JanusSettings(url="http://127.0.0.1:9/janus", string_ids=True))
ZOOM = ZoomProvider(ZoomSettings(account_id="a", client_id="c", client_secret="s"))
WEBEX = WebexProvider(WebexSettings(client_id="c", client_secret="s", refresh_token="r"))
SERIES = "870f51ff287b41be8648412901e0402f"

ROWS: list[tuple[Naming, str, str | None]] = [
    (ZOOM, "81234500000", "81234500000"),
    (ZOOM, "812 3450 0000", "81234500000"),
    (ZOOM, "812-3450-0000", "81234500000"),
    (ZOOM, " 81234500000 ", "81234500000"),
    (ZOOM, "081234500000", None),
    (ZOOM, "812\u00a03450 0000", None),
    (ZOOM, "\u0668\u0661\u0662", None),
    (ZOOM, "81234500000/../1", None),
    (ZOOM, "me", None),
    (NUMBERS, "1234", "1234"),
    (NUMBERS, "0001234", "1234"),
    (NUMBERS, "0", "0"),
    (NUMBERS, "000", "0"),
    (NUMBERS, "+1234", None),
    (NUMBERS, "12 34", None),
    (NUMBERS, "\u0661", None),
    (NUMBERS, "1" * 19, None),
    (TEXTS, "0001234", "0001234"),
    (TEXTS, "Room-7", "Room-7"),
    (TEXTS, "room 7", None),
    (TEXTS, "..", None),
    (WEBEX, SERIES, SERIES),
    (WEBEX, SERIES.upper(), None),
    (WEBEX, f"{SERIES}_20310113T090000Z", None),
    (WEBEX, f"{SERIES}_I_512", None),
    (WEBEX, ".", None),
    (WEBEX, "..", None),
    (WEBEX, "", None),
]


@pytest.mark.parametrize(("system", "spelled", "known"), ROWS, ids=[repr(row[1]) for row in ROWS])
def test_one_spelling(system: Naming, spelled: str, known: str | None) -> None:
    """Each spelling that its system takes for one conference is that; what is no id of it is none."""
    assert isinstance(system, Naming)
    assert system.canonical(spelled) == known


@pytest.mark.parametrize(("system", "known"), dict.fromkeys((row[0], row[2]) for row in ROWS if row[2]))
def test_a_canonical_id_stays_as_it_is(system: Naming, known: str) -> None:
    """So it can be asked for as often as one likes."""
    assert system.canonical(known) == known
