"""Providers by name: of ours, of a path, of an installed package, and what is none."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.changes import change
from functions import providers, wiring
from functions.core.errors import Rejected, RetryLater
from functions.settings import examine
from tests.support import wired
from tests.support.logged import logged, named

PROVIDER = """
from dataclasses import dataclass

from functions.core.model import Abilities, Ability, Outcome


@dataclass(frozen=True, kw_only=True)
class AcmeSettings:
    url: str = "https://acme.example.com/"
    api_key: str = ""
    polite: bool = True

    def __post_init__(self):
        if not self.api_key:
            raise ValueError("ACME_API_KEY is missing")


class Provider:
    Settings = AcmeSettings
    abilities = Abilities(fields=frozenset({"title"}), can=frozenset({Ability.TITLE}))

    def __init__(self, settings):
        self.settings = settings

    def apply(self, change):
        return Outcome()

    def check(self):
        return None
"""
NO_PROVIDERS = {
    "acme_missing:Provider": "ModuleNotFoundError",
    "acme.broken:Provider": "ZeroDivisionError",
    "acme.odd:Provider": "SyntaxError",
    "acme:Nothing": "AttributeError",
    "acme:": "AttributeError",
    ":Provider": "ValueError",
    "json:dumps": "is no provider: it has no Settings, abilities, apply, check",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A stranger's package that can be imported."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "__init__.py").write_text(PROVIDER)
    (folder / "broken.py").write_text("1 / 0")
    (folder / "odd.py").write_text("def")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    providers._installed.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "acme"]:
        del sys.modules[name]


@pytest.fixture
def installed(package: Path) -> None:
    """It says of itself what it has."""
    info = package / "acme_sync-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-sync\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[calendar_conference_sync.providers]\nacme = acme:Provider\n")
    providers._installed.cache_clear()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["acme:Provider", "acme"])
def test_a_providers_settings_are_those_of_its_prefix(name: str) -> None:
    """Texts and yes or no; what is not set has its default."""
    made = providers.made(name, {"ACME_API_KEY": " k ", "ACME_POLITE": "False", "ACME_URL": "", "URL": "no"})
    settings = made.settings  # type: ignore[attr-defined]
    assert (settings.url, settings.api_key, settings.polite) == ("https://acme.example.com/", "k", False)
    with pytest.raises(ValueError, match="ACME_POLITE must be true or false"):
        providers.made(name, {"ACME_API_KEY": "k", "ACME_POLITE": "perhaps"})
    with pytest.raises(ValueError, match="ACME_API_KEY is missing"):
        providers.made(name, {})


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("name", "known"), [("acme", True), ("acme:Provider", True), ("acmee", False)])
def test_solutions_name_what_is_installed(name: str, *, known: bool) -> None:
    """A path is taken at its word until it is loaded; another name must be one that there is."""
    found, faults = examine({"CONFERENCE_SOLUTIONS": f"Acme Meet={name}"})
    assert found.provider_names == ((name,) if known else ())
    assert [("acme_sync:Provider" in fault) for fault in faults] == ([] if known else [True])


@pytest.mark.usefixtures("package")
@pytest.mark.parametrize(("name", "why"), NO_PROVIDERS.items())
def test_what_is_no_provider(name: str, why: str) -> None:
    """One line says what is wrong."""
    with pytest.raises(providers.Unusable, match=why) as refused:
        providers.made(name, {})
    assert "\n" not in str(refused.value)


@pytest.mark.usefixtures("package")
def test_one_that_cannot_be_loaded_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its conferences wait until it can; one line says so."""
    given = {
        "STORE": "sqlite::memory:",
        "QUEUE": "sqlite::memory:",
        "CONFERENCE_SOLUTIONS": "Acme Meet=acme:Provider;Acme Call=acme.broken:Provider",
        "ACME_API_KEY": "k",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    wired.forget()
    with logged() as lines:
        wiring.provider("sync_calendar", "acme:Provider").apply(change("1"))
        unusable = wiring.provider("sync_calendar", "acme.broken:Provider")
    wired.forget()
    assert len(named(lines, "settings.provider_unusable")) == 1
    with pytest.raises(RetryLater, match=r"acme\.broken"):
        unusable.apply(change("1"))
    with pytest.raises(Rejected, match="ZeroDivisionError"):
        unusable.check()
