"""Drives a stand-in with LangChain's CalendarToolkit and prints, as JSON, what its tools told a model."""

import json
import sys
from typing import Any

from google.auth.credentials import AnonymousCredentials
from googleapiclient.discovery import build
from langchain_google_community import CalendarToolkit

DAY = {"min_datetime": "2026-01-01 00:00:00", "max_datetime": "2026-02-01 00:00:00"}


class Assistant:
    """Calls tools by their names, as a model does."""

    def __init__(self, url: str) -> None:
        service = build(
            "calendar",
            "v3",
            credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
            client_options={"api_endpoint": f"{url}/calendar/v3/"},
        )
        self._tools = {tool.name: tool for tool in CalendarToolkit(api_resource=service).get_tools()}
        self.names = sorted(self._tools)

    def use(self, name: str, **given: Any) -> Any:
        return self._tools[name].invoke(given)

    def refusal(self, name: str, **given: Any) -> str:
        try:
            return str(self.use(name, **given))
        except Exception as error:  # noqa: BLE001 - the tools raise nothing narrower
            return str(error)

    def found(self, query: str, calendar: str | None = None) -> list[dict[str, Any]]:
        known = json.loads(self.use("get_calendars_info"))
        asked = [one for one in known if calendar in (None, one["id"])]
        events: list[dict[str, Any]] = self.use(
            "search_events", calendars_info=json.dumps(asked), query=query, **DAY
        )
        return events


def create(assistant: Assistant) -> list[str]:
    common = {"timezone": "Europe/Berlin", "calendar_id": "primary"}
    meeting = {"start_datetime": "2026-01-05 10:00:00", "end_datetime": "2026-01-05 11:00:00"}
    told = assistant.use(
        "create_calendar_event",
        summary="Review",
        location="Room",
        attendees=["bob@example.com"],
        reminders=[{"method": "popup", "minutes": 5}],
        conference_data=True,
        color_id="5",
        **meeting,
        **common,
    )
    assistant.use(
        "create_calendar_event",
        summary="Standup",
        recurrence={"FREQ": "DAILY", "INTERVAL": 1, "COUNT": 3},
        **meeting,
        **common,
    )
    day = {"start_datetime": "2026-01-08", "end_datetime": "2026-01-09"}
    assistant.use("create_calendar_event", summary="Holiday", reminders=True, **day, **common)
    return [str(told).partition(":")[0]]


def main() -> None:
    assistant = Assistant(sys.argv[1])
    created = create(assistant)
    review = assistant.found("review")[0]
    standups = assistant.found("standup")
    assistant.use(
        "update_calendar_event",
        event_id=review["id"],
        summary="Review of the year",
        start_datetime="2026-01-06 15:00:00",
        end_datetime="2026-01-06 16:00:00",
        timezone="Europe/Berlin",
    )
    updated = assistant.found("review")[0]
    team = next(
        one["id"] for one in json.loads(assistant.use("get_calendars_info")) if one["summary"] == "Team"
    )
    moved = assistant.use(
        "move_calendar_event",
        event_id=review["id"],
        origin_calendar_id="primary",
        destination_calendar_id=team,
    )
    there = [event["id"] == review["id"] for event in assistant.found("review", team)]
    deleted = assistant.use("delete_calendar_event", event_id=standups[0]["id"])
    told = {
        "tools": assistant.names,
        "created": created,
        "standups": [event["start"] for event in standups],
        "holiday": [event["start"] for event in assistant.found("holiday")],
        "updated": [updated["summary"], updated["start"]],
        "moved": moved.partition(":")[0],
        "there": there,
        "deleted": deleted,
        "left": [event["start"] for event in assistant.found("standup")],
        "refused": assistant.refusal("delete_calendar_event", event_id="unknown"),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
