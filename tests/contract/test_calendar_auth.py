"""As whom Calendar is asked under delegation."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.auth import impersonated_credentials

from functions.adapters.calendar.auth import credentials_of
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.calendar.tokens import ActingAs
from functions.core.errors import Rejected
from functions.settings import examine
from functions.wiring import make_calendar
from tests.support.tokens import private_key

PERSON = {
    "type": "authorized_user",
    "client_id": "c",
    "client_secret": "s",
    "refresh_token": "r",
    "quota_project_id": "p",
}
ACCOUNT = "calendar-sync-calendar@p.iam.gserviceaccount.com"


def account() -> dict[str, str]:
    """A key of the service account that runs."""
    key = private_key("account").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    where = "http://127.0.0.1:9/token"
    return {"type": "service_account", "client_email": ACCOUNT, "token_uri": where, "private_key": key}


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has logged in on this machine."""
    (tmp_path / "person.json").write_text(json.dumps(PERSON))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "person.json"))


def test_the_account_that_is_named_signs() -> None:
    """Whatever account runs, one account acts as the user."""
    made = credentials_of("delegation", None, ACCOUNT)("owner@example.com")
    assert isinstance(made, impersonated_credentials.Credentials)
    assert (made.service_account_email, made._subject) == (ACCOUNT, "owner@example.com")


@pytest.mark.parametrize(
    ("write_back", "events"),
    [("", "calendar.events.readonly"), ("location", "calendar.events"), ("description", "calendar.events")],
)
@pytest.mark.parametrize("auth", ["delegation", "service_account"])
def test_the_right_to_change_events_is_asked_for_only_if_events_are_written(
    auth: str, write_back: str, events: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As `WRITE_BACK` says, for whoever is acted as; whose calendar it is can be read in any case."""
    (tmp_path / "account.json").write_text(json.dumps(account()))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
    environ = {"CALENDAR_AUTH": auth, "CALENDAR_SERVICE_ACCOUNT": ACCOUNT, "WRITE_BACK": write_back}
    calendar = make_calendar(examine(environ)[0])
    assert isinstance(calendar, GoogleCalendar)
    made = calendar._credentials("owner@example.com")
    asked = made._target_scopes if isinstance(made, ActingAs) else made._inner._scopes  # type: ignore[attr-defined]
    base = "https://www.googleapis.com/auth/"
    assert list(asked) == [f"{base}{events}", f"{base}calendar.calendars.readonly"]


@pytest.mark.parametrize("file", ["no JSON", "{}", '{"type": "service_account"}', '{"type": "new"}'])
def test_credentials_that_cannot_be_read(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says how to get some."""
    (tmp_path / "odd.json").write_text(file)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "odd.json"))
    with pytest.raises(Rejected, match="gcloud auth application-default login"):
        credentials_of("delegation", None, ACCOUNT)


def test_a_person_alone_cannot_sign() -> None:
    """Without a service account, the error says which setting names one."""
    with pytest.raises(Rejected, match="CALENDAR_SERVICE_ACCOUNT"):
        credentials_of("delegation", None)
