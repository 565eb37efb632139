"""The controls under `/standin/`: what only a test may do. One function each, by verb and path."""

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, TypeVar

from werkzeug.wrappers import Request, Response

from gcal_standin import __version__
from gcal_standin.model.calendar import Calendar
from gcal_standin.model.errors import ApiError, invalid
from gcal_standin.model.preferences import AT_FIRST, fault, preference
from gcal_standin.model.roles import ROLES
from gcal_standin.model.scenes import end_series, put_raw, split_series
from gcal_standin.model.times import Json
from gcal_standin.seed import export, lines
from gcal_standin.seed.plant import plant
from gcal_standin.web import browsers, covered
from gcal_standin.web.consentcontrols import ConsentControls
from gcal_standin.web.faults import Fault
from gcal_standin.web.notifier import Disturbance
from gcal_standin.web.refusals import ENVELOPES, OLD
from gcal_standin.web.service import Service

_WAIT_MAX_S = 60.0
Control = Callable[[Json], Any]
Known = TypeVar("Known")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


_FAULT = {_camel(each.name): each.name for each in fields(Fault)}
_DISTURBANCE = {_camel(each.name): each.name for each in fields(Disturbance)}


class Controls:
    def __init__(self, service: Service, reset: Callable[[], None]) -> None:
        self._service = service
        # These hold the lock themselves, where and as long as they need it.
        self._unlocked: dict[tuple[str, str], Control] = {
            ("POST", "notifications/wait"): self._wait,
            ("POST", "reset"): lambda _: reset(),
            ("POST", "seed"): lambda body: self.seed(lines.taken(body["lines"])),
        }
        self._world = service.world
        self._switches = _switches(service)
        self._table: dict[tuple[str, str], Control] = {
            ("GET", ""): lambda _: sorted(f"{verb} /standin/{path}" for verb, path in self._every()),
            ("GET", "health"): self._health,
            ("GET", "methods"): lambda _: covered.methods(service.handlers),
            ("GET", "export"): lambda _: list(export.told(self._world)),
            ("POST", "users"): self._user,
            ("POST", "calendars"): self._calendar,
            ("POST", "settings"): self._settings,
            ("POST", "preferences"): self._preferences,
            ("POST", "watchable"): self._watchable,
            ("POST", "role"): self._role,
            ("POST", "expire"): self._expire,
            ("POST", "events"): self._event,
            ("POST", "split"): self._split,
            ("POST", "end"): self._end,
            ("GET", "clock"): self._clock,
            ("POST", "clock"): self._clock,
            ("POST", "faults"): self._fault,
            ("DELETE", "faults"): lambda _: service.faults.clear(),
            ("GET", "requests"): lambda _: service.requests.summary(),
            ("DELETE", "requests"): lambda _: service.requests.clear(),
            ("GET", "channels"): lambda _: [channel.resource() for channel in service.channels.live()],
            ("GET", "notifications"): lambda _: [asdict(sent) for sent in service.notifier.attempts()],
            ("POST", "notifications"): self._notifications,
            ("POST", "notifications/send"): self._send,
            **ConsentControls(service.consent, service.world).table(),
        }

    def respond(self, request: Request) -> Response:
        try:
            return self._answered(request, request.path.removeprefix("/standin").strip("/"))
        except lines.BadSeed as bad:
            return _json(400, {"error": str(bad), "errors": list(bad.sentences)})
        except ApiError as error:
            return _json(error.status, error.envelope())
        except KeyError as error:
            return _json(404, {"error": f"The body lacks the field {error}."})
        except (ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _answered(self, request: Request, path: str) -> Response:
        asked = (request.method, path)
        if browsers.foreign(request):
            return _json(403, {"error": "The controls are for no web page but the stand-in's own."})
        if asked == ("POST", "seed"):
            return _json(200, self.seed(lines.read(request.get_data(as_text=True))))
        if asked == ("GET", "export"):
            return self._exported()
        if asked not in self._every():
            said = f"There is no control {request.method} /standin/{path}: GET /standin/ lists them."
            return _json(404, {"error": said})
        result = self.run(*asked, _body(request))
        return _json(200, {} if result is None else result)

    def run(self, verb: str, path: str, body: Json) -> Any:
        if (verb, path) in self._unlocked:
            return self._unlocked[(verb, path)](body)
        control = self._table[(verb, path)]
        with self._world.lock:
            result = control(body)
            self._service.settle()
        return result

    def seed(self, found: list[lines.Line]) -> Json:
        with self._world.lock:
            counted = plant(self._world, found)
            self._service.settle()
        return counted

    def _exported(self) -> Response:
        with self._world.lock:
            return Response(export.text(self._world), content_type="application/jsonl; charset=UTF-8")

    def _every(self) -> set[tuple[str, str]]:
        return self._table.keys() | self._unlocked.keys()

    def _found(self, body: Json) -> Calendar:
        """Return the calendar that a body names."""
        if body["calendarId"] not in self._world.calendars:
            raise ValueError(f"There is no calendar {body['calendarId']}: give the id of one that is listed.")
        return self._world.calendars[body["calendarId"]]

    def _health(self, _: Json) -> Json:
        calendars = self._world.calendars.values()
        counted = {"calendars": len(calendars), "events": sum(len(each) for each in calendars)}
        return {"status": "ok", "version": __version__} | counted

    def _user(self, body: Json) -> Json:
        return {"id": self._world.add_user(body["email"].lower(), body.get("timeZone")).id}

    def _calendar(self, body: Json) -> Json:
        names = ("summary", "description", "location", "timeZone")
        given = {"summary": body.get("id", "Calendar")} | {name: body[name] for name in names if name in body}
        owner = body.get("owner", self._world.default_user)
        calendar = self._world.add_calendar(owner, given, body.get("id"))
        calendar.settings.watchable = body.get("watchable", True)
        return {"id": calendar.id}

    def _settings(self, body: Json) -> Json:
        if body.get("emptyPageEvery") == 1:
            raise invalid("A read whose every page is empty never ends.")
        _check_envelope(body)
        for name, value in body.items():
            setattr(*_known(self._switches, name), value)
        return {name: getattr(*place) for name, place in self._switches.items()}

    def _preferences(self, body: Json) -> Json:
        """What a user chooses in Calendar's pages."""
        calendar, chosen = self._world.calendar(body["email"], body["email"]), body["settings"]
        if wrong := [said for name, value in chosen.items() if (said := fault(name, value))]:
            raise invalid(" ".join(wrong))
        self._world.prefer(calendar, chosen)
        return {name: preference(calendar.settings, name)[0] for name in AT_FIRST}

    def _watchable(self, body: Json) -> None:
        self._found(body).settings.watchable = body["watchable"]

    def _role(self, body: Json) -> None:
        calendar, role = self._found(body), body["role"]
        self._world.roles.pop((calendar.id, body.get("user")), None)
        if role is not None:
            if role not in ROLES:
                raise invalid(f"A role is one of {', '.join(ROLES)}.")
            self._world.roles[(calendar.id, body.get("user"))] = role

    def _expire(self, body: Json) -> None:
        for calendar in self._world.calendars.values():
            if body.get("calendarId") in (None, calendar.id):
                calendar.settings.sync_epoch += 1
        if "calendarId" not in body:
            self._world.list_epoch += 1

    def _event(self, body: Json) -> Json:
        event = put_raw(self._world, self._found(body), body["event"])
        return {"id": event.id, "etag": event.etag}

    def _split(self, body: Json) -> Json:
        tail = split_series(self._world, self._found(body), body["instanceId"], body.get("change", {}))
        return {"id": tail.id, "etag": tail.etag}

    def _end(self, body: Json) -> None:
        end_series(self._world, self._found(body), body["instanceId"])

    def _clock(self, body: Json) -> Json:
        clock = self._world.clock
        if body.get("stop"):
            clock.stop()
        if "now" in body:
            clock.set(datetime.fromisoformat(body["now"]))
        clock.advance(body.get("advanceSeconds", 0))
        if body.get("go"):
            clock.go()
        return {"now": clock.now().isoformat()}

    def _fault(self, body: Json) -> None:
        _check_envelope(body)
        fault = Fault(**{_known(_FAULT, name): value for name, value in body.items()})
        if fault.envelope is None and self._service.quota.envelope == OLD:
            fault.envelope = OLD
        self._service.faults.plan(fault)

    def _notifications(self, body: Json) -> Json:
        plan = self._service.notifier.disturbance
        for name, value in body.items():
            setattr(plan, _known(_DISTURBANCE, name), value)
        return {camel: getattr(plan, name) for camel, name in _DISTURBANCE.items()}

    def _send(self, body: Json) -> None:
        self._service.notifier.announce(self._found(body).id, "default")

    def _wait(self, body: Json) -> Json:
        seconds = min(body.get("timeoutSeconds", 5.0), _WAIT_MAX_S)
        return {"idle": self._service.notifier.wait_idle(seconds)}


def _switches(service: Service) -> dict[str, tuple[object, str]]:
    """Return each setting with the attribute that it is."""
    world, channels = service.world, service.channels
    return {
        "createsUsers": (world, "creates_users"),
        "listsExceptionsOfDeleted": (world, "lists_exceptions_of_deleted"),
        "bareTombstones": (world, "bare_tombstones"),
        "opaqueInstanceIds": (world, "opaque_instance_ids"),
        "emptyPageEvery": (service.pages, "empty_every"),
        "channelTtlMaxSeconds": (channels, "ttl_max_s"),
        "unwatchableStatus": (channels, "unwatchable_status"),
        "quotaPerMinutePerUser": (service.quota, "per_minute"),
        "calendarsPerUserMax": (service.new_calendars, "per_user_max"),
        "envelope": (service.quota, "envelope"),
        "auth": (service.gate, "strict"),
        "httpReceivers": (channels, "http_anywhere"),
    }


def _known(names: dict[str, Known], name: str) -> Known:
    if name not in names:
        raise invalid(f"There is no {name} here, but {', '.join(names)}.")
    return names[name]


def _check_envelope(body: Json) -> None:
    if body.get("envelope") not in (None, *ENVELOPES):
        raise invalid(f"An envelope is one of {', '.join(ENVELOPES)}.")


def _body(request: Request) -> Json:
    try:
        body = json.loads(request.get_data() or b"{}")
    except ValueError as error:
        raise ValueError(f"The body is no JSON ({error}), but a control takes an object.") from error
    if not isinstance(body, dict):
        raise TypeError(f"The body is {body!r}, but a control takes an object.")
    return body


def _json(status: int, content: Any) -> Response:
    return Response(json.dumps(content, ensure_ascii=False), status, content_type="application/json")
