"""What the doctor finds: each fault with its remedy, all of them in one go, and an exit code."""

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from google.auth import iam, impersonated_credentials

from local.conferences.server import new_secret
from local.webex.server import Server as Webex
from local.zoom.server import start as start_zoom
from tests.cli.house import NOWHERE, House, Ran
from tests.support.rig import OWNER
from tests.support.scripted import Say, Scripted, answer
from tests.support.webex import environment

OWN_TOKEN = answer(200, b'{"access_token": "own", "expires_in": 3600}')
SIGNED = answer(200, b'{"signedJwt": "a.b.c"}')


@pytest.fixture
def receiver(house: House) -> Iterator[Scripted]:
    """Answers at the notification URL as our receiver does."""
    with Scripted([answer(400)]) as server:
        house.set(NOTIFICATION_URL=server.url)
        yield server


def checks(ran: Ran) -> dict[str, bool | None]:
    return {one["check"]: one["ok"] for one in ran.json["checks"]}


def fault(ran: Ran, name: str) -> str:
    """What was found wrong and what to do, on one line."""
    return next(
        f"{one['found']} -> {one['remedy']}"
        for one in ran.json["checks"]
        if one["check"] == name and one["ok"] is False
    )


def test_all_is_well(house: House, receiver: Scripted) -> None:
    """Every part is looked at, one line each, and the end is good."""
    ran = house.run("doctor")
    assert (ran.code, ran.err) == (0, "")
    names = [
        "settings",
        "credentials",
        "calendar",
        "store",
        "queue",
        "notifications",
        "provider webhook",
    ]
    assert [line[9:27].rstrip() for line in ran.out.splitlines()] == names
    assert all(line.startswith("ok ") for line in ran.out.splitlines())
    assert f"{OWNER} can be read" in ran.out
    told = house.run("doctor", "--json")
    assert (told.json["ok"], set(checks(told).values())) == (True, {True})


def test_the_receiver_is_asked_without_harm(house: House, receiver: Scripted) -> None:
    """The notification URL gets one empty POST without a channel header."""
    house.run("doctor")
    assert receiver.heard[0].head.startswith("POST /hook ")
    assert ("x-goog" in receiver.heard[0].head.lower(), receiver.heard[0].body) == (False, b"")


def test_every_fault_in_the_settings(house: House) -> None:
    """All are listed, what needs them is skipped, the rest is looked at, and the exit code is their own."""
    house.set(LEASE_SECONDS="soon", STORE="postgres", CHANNEL_TOKEN_KEYS="short", WEBHOOK_SECRET="x")
    house.set(GOOGLE_CLOUD_PROJECT="some-project")
    house.unset("NOTIFICATION_URL")
    ran = house.run("doctor", "--json")
    found = [one["found"].split(":")[0] for one in ran.json["checks"] if one["check"] == "settings"]
    assert sorted(found) == [
        "CHANNEL_TOKEN_KEYS",
        "LEASE_SECONDS",
        "NOTIFICATION_URL",
        "STORE",
        "provider webhook",
    ]
    assert ran.code == 4
    states = checks(ran)
    assert {name: state for name, state in states.items() if name != "settings"} == {
        "credentials": True,
        "calendar": True,
        "store": None,
        "queue": True,
        "notifications": None,
        "provider webhook": None,
    }


def test_the_cloud_without_a_project(house: House) -> None:
    """Store and queue in the cloud are not looked for while their project is not named."""
    house.unset("STORE", "QUEUE")
    ran = house.run("doctor", "--json")
    assert (ran.code, checks(ran)["store"], checks(ran)["queue"]) == (4, None, None)


def test_no_credentials(house: House, tmp_path: Path) -> None:
    """Without Google credentials it says how to get them, and does not try to read a calendar."""
    house.set(CALENDAR_AUTH="delegation", GOOGLE_APPLICATION_CREDENTIALS=str(tmp_path / "none.json"))
    ran = house.run("doctor", OWNER, "--json")
    assert (ran.code, checks(ran)["calendar"]) == (1, None)
    assert "gcloud auth application-default login" in fault(ran, "credentials")


def _service_account(house: House, folder: Path, token_uri: str) -> None:
    """Delegation, as far as it goes without Google."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    account = {
        "type": "service_account",
        "client_email": "sync@example.com",
        "token_uri": token_uri,
        "private_key": pem.decode(),
    }
    (folder / "account.json").write_text(json.dumps(account))
    house.set(CALENDAR_AUTH="delegation", GOOGLE_APPLICATION_CREDENTIALS=str(folder / "account.json"))


def test_delegation_without_anybody_to_act_as(house: House, tmp_path: Path) -> None:
    """Credentials are there; to see whether they open a calendar it asks for one."""
    _service_account(house, tmp_path, NOWHERE)
    ran = house.run("doctor", "--json")
    assert (checks(ran)["credentials"], checks(ran)["calendar"]) == (True, None)


@pytest.mark.parametrize(("write_back", "scope"), [("off", ".events.readonly"), ("location", ".events")])
def test_delegation_that_was_not_granted(house: House, tmp_path: Path, write_back: str, scope: str) -> None:
    """A refused delegation names the scopes to grant and where: no more than these settings need."""
    house.set(WRITE_BACK=write_back)
    ran = _delegated(house, tmp_path, OWN_TOKEN, SIGNED, answer(401, b'{"error": "unauthorized_client"}'))
    assert "domain-wide delegation" in fault(ran, "calendar")
    assert f"https://www.googleapis.com/auth/calendar{scope}," in fault(ran, "calendar")


def test_delegation_without_the_right_to_sign(house: House, tmp_path: Path) -> None:
    """It names the permission and the account, and looks for no fault in the network."""
    ran = _delegated(house, tmp_path, OWN_TOKEN, answer(403, b"{}"))
    assert "iam.serviceAccounts.signJwt" in fault(ran, "calendar")
    assert "sync@example.com" in fault(ran, "calendar")
    assert "network" not in fault(ran, "calendar")


def _delegated(house: House, folder: Path, *says: Say) -> Ran:
    """What the account that runs, IAM and the token endpoint are answered, in this order."""
    with Scripted(list(says)) as google:
        _service_account(house, folder, google.url)
        house.environment.setattr(iam, "_IAM_SIGNJWT_ENDPOINT", google.url + "/{}:signJwt")
        house.environment.setattr(impersonated_credentials, "_GOOGLE_OAUTH2_TOKEN_ENDPOINT", google.url)
        return house.run("doctor", "--user", OWNER, "--json")


def test_a_calendar_that_cannot_be_read(house: House, receiver: Scripted) -> None:
    """A calendar that is not there is a fault with a remedy that fits the way of access."""
    ran = house.run("doctor", "nobody@example.com", "--json")
    assert ran.code == 1
    assert "does the stand-in have this calendar?" in fault(ran, "calendar")


def test_a_calendar_in_passing_trouble(house: House, receiver: Scripted) -> None:
    """Calendar that does not answer well is a fault, and the rest is looked at all the same."""
    house.fault("calendars.get", 403, "quotaExceeded")
    ran = house.run("doctor", "--json")
    assert (ran.code, checks(ran)["store"]) == (1, True)
    assert "quotaExceeded" in fault(ran, "calendar")


def test_store_and_queue_that_cannot_be_opened(house: House, receiver: Scripted, tmp_path: Path) -> None:
    """A file that is no database, or lies in no folder, is named; one fault does not hide the other."""
    (tmp_path / "text.db").write_text("this is no database, and long enough to be read as one" * 20)
    house.set(STORE=f"sqlite:{tmp_path}/text.db", QUEUE=f"sqlite:{tmp_path}/nowhere/queue.db")
    ran = house.run("doctor", "--json")
    assert ran.code == 1
    assert "text.db" in fault(ran, "store")
    assert "nowhere/queue.db" in fault(ran, "queue")


def test_a_provider_out_of_reach(house: House, receiver: Scripted) -> None:
    """A conference system that does not answer names its settings."""
    house.set(WEBHOOK_URL="http://127.0.0.1:9/hook")
    ran = house.run("doctor")
    assert ran.code == 1
    assert "FAULT    provider webhook" in ran.out
    assert "-> see the settings WEBHOOK_*" in ran.out


def test_a_receiver_with_another_secret_or_path(house: House, receiver: Scripted) -> None:
    """One line says what is wrong and which setting it is, for each of the two."""
    assert (
        "ok       provider webhook  answers 200 to a signed ping, 401 to a forged" in house.run("doctor").out
    )
    house.set(WEBHOOK_URL=f"{house.conferences.url}/elsewhere")
    ran = house.run("doctor", "--json")
    assert (ran.code, "see WEBHOOK_URL -> " in fault(ran, "provider webhook")) == (1, True)
    house.set(WEBHOOK_URL=house.conferences.webhook_url, WEBHOOK_SECRET=new_secret())
    ran = house.run("doctor", "--json")
    assert (ran.code, "; WEBHOOK_SECRET is not the" in fault(ran, "provider webhook")) == (1, True)


def test_a_zoom_app_that_lacks_something(house: House, receiver: Scripted) -> None:
    """Zoom's faults say themselves what to grant or set, and nothing else is suggested."""
    zoom = start_zoom()
    app = zoom.account.app
    house.set(
        CONFERENCE_SOLUTIONS="uri:https://zoom.us/=zoom",
        ZOOM_API_URL=zoom.api_url,
        ZOOM_TOKEN_URL=zoom.token_url,
        ZOOM_ACCOUNT_ID=app.account_id,
        ZOOM_CLIENT_ID=app.client_id,
        ZOOM_CLIENT_SECRET=app.client_secret,
    )
    try:
        assert checks(house.run("doctor", "--json"))["provider zoom"] is True
        app.scopes.remove("meeting:delete:meeting:admin")
        said = fault(house.run("doctor", "--json"), "provider zoom")
        assert said.endswith("under Scopes, and activate it again: meeting:delete:meeting:admin -> ")
        app.client_secret = "another"
        said = fault(house.run("doctor", "--json"), "provider zoom")
        assert said.endswith("see ZOOM_CLIENT_ID and ZOOM_CLIENT_SECRET -> ")
    finally:
        zoom.stop()
    assert "-> see the settings ZOOM_*" in house.run("doctor").out


def test_webex_and_its_refresh_token(house: House, receiver: Scripted, tmp_path: Path) -> None:
    """How long it is good is said, a fault shortly before its end and after it, and what to do."""
    webex = Webex(tmp_path)
    house.set(**environment(webex.url))
    try:
        assert "the refresh token is good for 90 more days" in house.run("doctor").out
        webex.keys.refresh_lasts = 86_400
        said = fault(house.run("doctor", "--json"), "provider webex")
        assert said.endswith("good for 1 more days: make a new one before it ends, as docs/webex.md says -> ")
        webex.keys.refresh_token = "another"
        said = fault(house.run("doctor", "--json"), "provider webex")
        assert said.endswith("how to make a new one: docs/webex.md -> ")
    finally:
        webex.stop()


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        (403, "its check of callers is on"),
        (404, "is NOTIFICATION_URL the URL of receive_notification"),
        (200, "is NOTIFICATION_URL the URL of receive_notification"),
        (503, "its log says why"),
        (301, "Calendar follows no redirect"),
    ],
)
def test_something_else_answers(house: House, status: int, remedy: str) -> None:
    """What is not our receiver is recognized by its answer, with what that usually means."""
    with Scripted([answer(status, location="http://127.0.0.1:9/")]) as other:
        house.set(NOTIFICATION_URL=other.url)
        ran = house.run("doctor", "--json")
    assert ran.code == 1
    assert f"answered {status}" in fault(ran, "notifications")
    assert remedy in fault(ran, "notifications")


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "https://"])
def test_nothing_answers(house: House, url: str) -> None:
    """A notification URL where nothing answers, or that is none, is a fault."""
    house.set(NOTIFICATION_URL=url)
    assert "is receive_notification deployed" in fault(house.run("doctor", "--json"), "notifications")


def test_a_certificate_that_nobody_trusts(house: House, tmp_path: Path) -> None:
    """A bad certificate is reported as such: Calendar would send nothing, and say nothing."""
    with Scripted([answer(400)], tls=_self_signed(tmp_path)) as server:
        house.set(NOTIFICATION_URL=f"https://127.0.0.1:{server.port}/")
        ran = house.run("doctor", "--json")
    assert "self-signed certificate" in fault(ran, "notifications")
    assert "Calendar takes none" in fault(ran, "notifications")


def _self_signed(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(hours=1))
    whole = folder / "own.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    whole.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(pem))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(whole)
    return tls


@pytest.mark.slow
def test_the_real_receiver(house: House, unused_port: int) -> None:
    """The receiver as it is deployed is taken for what it is."""
    command = [sys.executable, "-m", "functions_framework", "--target", "receive_notification"]
    with subprocess.Popen([*command, "--host", "127.0.0.1", "--port", str(unused_port)]) as process:
        try:
            url = f"http://127.0.0.1:{unused_port}/"
            _wait_for(url, process)
            house.set(NOTIFICATION_URL=url)
            assert house.run("doctor").code == 0
        finally:
            process.terminate()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            httpx.get(url)
        except httpx.TransportError:
            time.sleep(0.02)
            continue
        return
    raise AssertionError("the receiver did not start")
