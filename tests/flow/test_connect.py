"""Where users are not asked for consent, nobody connects."""

import pytest

from functions.core.errors import Rejected
from functions.flow.connect import disconnect
from tests.support.rig import OWNER, Rig


def test_not_oauth(house: Rig) -> None:
    with pytest.raises(Rejected, match="CALENDAR_AUTH"):
        disconnect(house.context, OWNER)
