"""Keys are changed step by step, and each step can be taken back; no key is an argument, none is shown."""

import hashlib

import pytest

from tests.infra.conftest import ANSWERS, Shell

KEYS = ("my-project", "channel-token-keys")


@pytest.fixture
def keyed(shell: Shell) -> Shell:
    assert shell.run("bootstrap.sh", "my-project", "europe-west1", **ANSWERS).returncode == 0
    shell.asked()
    return shell


def change(shell: Shell, *words: str) -> list[str]:
    """The keys of the newest version afterwards."""
    ran = shell.run("keys.sh", *KEYS, *words)
    assert (ran.returncode, ran.stderr) == (0, "")
    newest = max(
        shell.folder.glob("secrets-versions-channel-token-keys.*"), key=lambda path: int(path.suffix[1:])
    )
    keys = newest.read_text().split(",")
    shown = "\n".join([*shell.asked(), ran.stdout])
    assert not any(key in shown for key in keys)
    return keys


def test_the_first_key_is_made_once(keyed: Shell) -> None:
    """As long as the functions ask for; with consent, one more for grants."""
    first = keyed.kept("channel-token-keys")
    assert len(bytes.fromhex(first)) == 32
    keyed.run("bootstrap.sh", "my-project", "europe-west1", **ANSWERS)
    assert not (keyed.folder / "secrets-versions-channel-token-keys.2").exists()
    assert not any("grant-keys" in line for line in keyed.asked())


def test_grants_have_keys_where_users_consent(shell: Shell) -> None:
    consent = {
        "CALENDAR_AUTH": "oauth",
        "GOOGLE_OAUTH_CLIENT_ID": "1-a.apps.googleusercontent.com",
        "GOOGLE_OAUTH_CLIENT_SECRET": "word",
    }
    shell.run("bootstrap.sh", "my-project", "europe-west1", **ANSWERS, **consent)
    assert len(bytes.fromhex(shell.kept("grant-keys"))) == 32


def test_a_rotation_and_the_way_back(keyed: Shell) -> None:
    """The new one in front, the old one behind; then it alone; and the old one verifies again."""
    old = keyed.kept("channel-token-keys")
    both = change(keyed, "new")
    assert (len(both), both[1], both[0] != old) == (2, old, True)
    assert change(keyed, "drop") == both[:1]
    assert change(keyed, "restore", "1") == both
    assert change(keyed, "restore", "2") == both


def test_which_keys_there_are_is_shown_by_their_hashes(keyed: Shell) -> None:
    """Enough to see which version has which, and nothing that verifies."""
    both = change(keyed, "new")
    new, old = (hashlib.sha256(key.encode()).hexdigest()[:8] for key in both)
    assert keyed.run("keys.sh", *KEYS, "show").stdout == f"2: {new} {old}\n1: {old}\n"


@pytest.mark.parametrize("words", [("show",), (*KEYS,), (*KEYS, "rotate"), (*KEYS, "restore")])
def test_a_wrong_call_changes_nothing(keyed: Shell, words: tuple[str, ...]) -> None:
    assert keyed.run("keys.sh", *words).returncode != 0
    assert not (keyed.folder / "secrets-versions-channel-token-keys.2").exists()


def test_a_key_that_cannot_be_read_is_not_replaced(keyed: Shell) -> None:
    """Or the new one alone would refuse every channel that there is."""
    (keyed.folder / "refuses").write_text("1 versions access")
    assert keyed.run("keys.sh", *KEYS, "new").returncode != 0
    assert not (keyed.folder / "secrets-versions-channel-token-keys.2").exists()
