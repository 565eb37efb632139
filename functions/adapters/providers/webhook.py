"""Conferences on a system that takes signed webhooks (Standard Webhooks 1.0): one POST for each change."""

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from uuid import uuid4

from standardwebhooks import Webhook

from functions.adapters.providers import ping
from functions.adapters.providers.links import sound
from functions.adapters.web.client import Answer, Call, Http, raise_for
from functions.adapters.web.guard import Guard
from functions.core.errors import Gone, Rejected, RetryLater
from functions.core.model import Abilities, Ability, Change, Link, Meeting, Outcome

BODY_MAX_BYTES = 20_000
UNCUT_MAX_BYTES = 100_000  # title, location and rules are not cut; Calendar takes far less of them
SECRET_BYTES = range(24, 65)

# Tried in turn until the body fits: how many characters of description, how many attendees.
_CUTS: Sequence[tuple[int | None, int | None]] = (
    (None, None),
    (4_000, None),
    (4_000, 100),
    (1_000, 50),
    (0, 10),
    (0, 0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """Each field is the setting `WEBHOOK_<FIELD>`.

    secret: `whsec_...`; during a rotation several by spaces: the message is signed with each.
    allow_private: the URL may lead to an address that is not public.
    """

    url: str = ""
    secret: str = ""
    allow_private: bool = False


class WebhookProvider:
    """ValueError if the URL or a secret cannot be used. 410 means gone, for a deletion too; 404 does not."""

    Settings = WebhookSettings
    abilities = Abilities(
        fields=frozenset(field.name for field in fields(Meeting)) - {"updated"},
        can=frozenset(Ability),
        recreates=True,
        once=True,
    )

    def __init__(
        self,
        settings: WebhookSettings,
        *,
        http: Http | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        private = settings.allow_private
        guard = Guard(setting="WEBHOOK_URL", switch="WEBHOOK_ALLOW_PRIVATE", allow_private=private)
        self._url = guard.url(settings.url)
        self._signers = [Webhook(_key(text)) for text in settings.secret.split()]
        if not self._signers:
            raise ValueError("WEBHOOK_SECRET is empty")
        self._http = http or Http(addresses=guard.addresses)
        self._now = now

    def apply(self, change: Change) -> Outcome:
        body = message(change, self._now())
        return self._http.change(lambda: self._told(change.id, body))

    def check(self) -> str:
        """Sends two pings, which ask for nothing, and says what is answered. Rejected names the setting."""
        return self._http.within(self._pinged)

    def _told(self, change_id: str, body: bytes) -> Outcome:
        answer = self._http.send(lambda: self._signed(change_id, body, self._signers))
        raise_for(answer, {410: Gone})
        return Outcome(link=link_in(answer.json()))

    def _pinged(self) -> str:
        signed = self._ping("signed", self._signers)
        if ping.refused(signed):
            raise ping.fault_of(signed, ping.UNTRUSTED)
        return ping.found(signed, self._ping("forged", [Webhook(secrets.token_bytes(SECRET_BYTES[0]))]))

    def _ping(self, which: str, signers: Sequence[Webhook]) -> Answer:
        body = _json({"type": ping.PING, "timestamp": self._now().isoformat(), "data": {}})
        name = f"ping_{uuid4().hex}"
        try:
            return self._http.send(lambda: self._signed(name, body, signers))
        except RetryLater as trouble:
            raise RetryLater(f"a {which} ping: {trouble}", delay=trouble.delay) from trouble

    def _signed(self, change_id: str, body: bytes, signers: Sequence[Webhook]) -> Call:
        at = self._now().astimezone(UTC)
        text = body.decode()
        signatures = (signer.sign(change_id, at, text) for signer in signers)
        return Call(
            method="POST",
            url=self._url,
            body=body,
            headers={
                "content-type": "application/json",
                "webhook-id": change_id,
                "webhook-timestamp": str(int(at.timestamp())),
                "webhook-signature": " ".join(signatures),
            },
        )


def _key(secret: str) -> bytes:
    """The key of a secret. Errors do not repeat the secret."""
    encoded = secret.removeprefix("whsec_")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if encoded == secret or len(key) not in SECRET_BYTES:
        raise ValueError("WEBHOOK_SECRET must be whsec_ and then base64 of 24 to 64 bytes")
    return key


def link_in(said: object) -> Link | None:
    """How to join, as in `{"conference": {"join_url": ..., "passcode": ...}}`; None if not soundly."""
    conference = said.get("conference") if isinstance(said, Mapping) else None
    if not isinstance(conference, Mapping):
        return None
    return sound(conference.get("join_url"), conference.get("passcode"))


def message(change: Change, now: datetime) -> bytes:
    """The body, below `BODY_MAX_BYTES` as far as cutting description and attendees gets it there; Rejected if
    it stays above `UNCUT_MAX_BYTES`.

    Its `timestamp` is the event's last update, so that the same change has the same bytes; `now` stands in
    where that is not known.
    """
    body = b""
    for description, attendees in _CUTS:
        body = _encoded(change, _event(change.meeting, description, attendees), now)
        if len(body) < BODY_MAX_BYTES:
            break
    if len(body) > UNCUT_MAX_BYTES:
        raise Rejected(
            f"title, location and rules of the event alone would make a message of {len(body)} bytes"
        )
    return body


def _encoded(change: Change, event: dict[str, object] | None, now: datetime) -> bytes:
    at = (change.meeting.updated if change.meeting else None) or now
    whole = {
        "type": str(change.kind),
        "timestamp": at.isoformat(),
        "data": {
            "conference_id": change.key.id,
            "solution": change.solution,
            "calendar_id": change.calendar_id,
            **{name: address or None for name, address in change.parties._asdict().items()},
            "occurrence": change.occurrence,
            "event": event,
        },
    }
    return _json(whole)


def _json(whole: Mapping[str, object]) -> bytes:
    """A title may hold half a surrogate pair, which no UTF-8 can carry."""
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _event(
    meeting: Meeting | None, description_max: int | None, attendees_max: int | None
) -> dict[str, object] | None:
    if meeting is None:
        return None
    attendees = meeting.attendees[:attendees_max]
    description = meeting.description[:description_max]
    event: dict[str, object] = {
        "id": meeting.id,
        "title": meeting.title,
        "description": description,
        "location": meeting.location,
        "start": meeting.start.isoformat(),
        "end": meeting.end.isoformat(),
        "time_zone": meeting.time_zone,
        "all_day": meeting.all_day,
        "recurrence": list(meeting.recurrence),
        "organizer": meeting.organizer,
        "attendees": [
            {"email": each.email, "response": each.response, "optional": each.optional} for each in attendees
        ],
        "updated": meeting.updated.isoformat() if meeting.updated else None,
    }
    if description != meeting.description:
        event["description_truncated"] = True
    if omitted := len(meeting.attendees) - len(attendees):
        event["attendees_omitted"] = omitted
    return event
