"""As whom Calendar is asked under delegation."""

import json
from pathlib import Path

import pytest
from google.auth import impersonated_credentials

from functions.adapters.calendar.auth import SCOPES, credentials_of
from functions.core.errors import Rejected

PERSON = {
    "type": "authorized_user",
    "client_id": "c",
    "client_secret": "s",
    "refresh_token": "r",
    "quota_project_id": "p",
}
ACCOUNT = "calendar-sync-calendar@p.iam.gserviceaccount.com"


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who has logged in on this machine."""
    (tmp_path / "person.json").write_text(json.dumps(PERSON))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "person.json"))


def test_the_account_that_is_named_signs() -> None:
    """Whatever account runs, one account acts as the user, with the scopes that the admin console has."""
    made = credentials_of("delegation", None, ACCOUNT)("owner@example.com")
    assert isinstance(made, impersonated_credentials.Credentials)
    assert (made.service_account_email, made._subject) == (ACCOUNT, "owner@example.com")
    assert made._target_scopes == list(SCOPES)


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
