"""Grants in every store, and how the secret in one is sealed."""

from dataclasses import replace

import pytest

from functions.adapters.seal import Seal
from functions.core.errors import RetryLater
from functions.core.grant import Grant
from functions.ports import WholeStore
from tests.contract.samples import FULL_ENROLMENT, NOW

GRANT = Grant(
    user="ann@example.com", subject="1" * 21, sealed="v1.a.b", scopes=("openid", "x"), granted_at=NOW
)
KEYS = ("a" * 32, "b" * 32)


def test_kept_as_given(store: WholeStore) -> None:
    assert store.grant(GRANT.user) is None
    version = store.keep_grant(GRANT, None)
    kept = store.grant(GRANT.user)
    assert kept
    assert (kept.value, kept.version) == (GRANT, version)


def test_written_only_as_it_was_read(store: WholeStore) -> None:
    """Of two who write one grant, or make it, the second is told so; the same for removing it."""
    version = store.keep_grant(GRANT, None)
    assert version
    assert store.keep_grant(GRANT, None) is None
    newer = replace(GRANT, sealed="v1.c.d")
    assert store.keep_grant(newer, version)
    assert store.keep_grant(GRANT, version) is None
    assert store.drop_grant(GRANT, version) is False
    kept = store.grant(GRANT.user)
    assert kept
    assert kept.value == newer
    assert store.drop_grant(kept.value, kept.version) is True
    assert store.grant(GRANT.user) is None


def test_apart_from_calendars(store: WholeStore) -> None:
    """A calendar may have its user's address for an id."""
    assert store.save(replace(FULL_ENROLMENT, calendar_id=GRANT.user), None)
    assert store.grant(GRANT.user) is None
    grants = [replace(GRANT, user=f"{number}@example.com") for number in range(3)]
    for one in grants:
        assert store.keep_grant(one, None)
    assert {kept.value.user for kept in store.grants()} == {one.user for one in grants}
    assert len(list(store.enrolments())) == 1


def test_sealed_for_one_owner() -> None:
    """What is sealed twice is never the same, and opens for its owner alone."""
    seal = Seal(KEYS, setting="GRANT_KEYS")
    one, other = seal.close("secret", "ann", "1"), seal.close("secret", "ann", "1")
    assert one != other
    assert seal.open(one, "ann", "1") == "secret"
    for owner in (("ann", "2"), ("bob", "1"), ("ann1", ""), ()):
        with pytest.raises(RetryLater, match="GRANT_KEYS"):
            seal.open(one, *owner)


def test_keys_follow_each_other() -> None:
    """The first seals, all open; what an absent key sealed names that key."""
    old, both, new = (Seal(keys, setting="GRANT_KEYS") for keys in (KEYS[:1], KEYS[::-1], KEYS[1:]))
    envelope = old.close("secret", "ann")
    assert both.open(envelope, "ann") == "secret"
    assert (old.is_by_first(envelope), both.is_by_first(envelope)) == (True, False)
    with pytest.raises(RetryLater, match=f"key {envelope.split('.')[1]} is missing, see GRANT_KEYS"):
        new.open(envelope, "ann")
    assert new.open(both.close("secret", "ann"), "ann") == "secret"


@pytest.mark.parametrize(
    "change", ["", "v1", "v2.x.y", "v1.zzzz.AAAA", "short", "cut", "flipped", "not base64"]
)
def test_no_envelope(change: str) -> None:
    """Our trouble, and never a crash."""
    seal = Seal(KEYS, setting="GRANT_KEYS")
    good = seal.close("secret", "ann")
    begin = good[: good.rindex(".") + 1]
    bad = {
        "short": f"{begin}AAAA",
        "cut": good[:-4],
        "flipped": f"{good[:-6]}AAAAA=",
        "not base64": f"{begin}ä",
    }
    with pytest.raises(RetryLater, match="GRANT_KEYS"):
        seal.open(bad.get(change, change), "ann")
