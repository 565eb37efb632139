"""Drives a stand-in with aiogoogle, from its discovery document on, and prints as JSON what came of it."""

import asyncio
import json
import sys
from typing import Any

from aiogoogle import Aiogoogle, GoogleAPI, HTTPError
from aiogoogle.auth.creds import UserCreds
from aiogoogle.data import DISCOVERY_SERVICE_V1_DISCOVERY_DOC

CALENDAR = {"calendarId": "primary"}
EVENT = {
    "summary": "Meeting",
    "start": {"dateTime": "2026-01-05T10:00:00Z"},
    "end": {"dateTime": "2026-01-05T11:00:00Z"},
}


async def refusal(call: Any) -> list[Any]:
    try:
        await call
    except HTTPError as error:
        return [error.res.status_code, error.res.json["error"]["errors"][0]["reason"]]
    return []


async def paged(client: Aiogoogle, api: Any) -> list[str]:
    for number in range(5):
        await client.as_user(api.events.insert(**CALENDAR, json=EVENT | {"summary": f"Event {number}"}))
    page = await client.as_user(api.events.list(**CALENDAR, maxResults=2), full_res=True)
    # In which order a list comes is for Calendar to choose.
    return sorted([item["summary"] async for items in page for item in items["items"]])


async def written(client: Aiogoogle, api: Any) -> dict[str, Any]:
    made = await client.as_user(api.events.insert(**CALENDAR, json=EVENT, validate=True))
    named = CALENDAR | {"eventId": made["id"]}
    patched = await client.as_user(api.events.patch(**named, json={"summary": "New"}))
    updated = await client.as_user(api.events.update(**named, json=EVENT | {"location": "Room"}))
    gone = await client.as_user(api.events.delete(**named), full_res=True)
    return {
        "patched": patched["summary"],
        "updated": [updated["summary"], updated["location"]],
        "deleted": gone.status_code,
        "again": await refusal(client.as_user(api.events.delete(**named))),
    }


async def many(client: Aiogoogle, api: Any) -> list[str]:
    """Several calls at once."""
    calls = [api.events.get(**CALENDAR, eventId="unknown"), api.calendars.get(**CALENDAR)]
    answers = await client.as_user(*calls, raise_for_status=False, full_res=True)
    return [answer.status_code for answer in answers]


async def main(url: str) -> None:
    creds = UserCreds(access_token="any", expires_at="2999-01-01T00:00:00")
    async with Aiogoogle(user_creds=creds) as client:
        client.discovery_service = GoogleAPI(DISCOVERY_SERVICE_V1_DISCOVERY_DOC | {"rootUrl": f"{url}/"})
        api = await client.discover("calendar", "v3")
        told = {
            "paged": await paged(client, api),
            "written": await written(client, api),
            "many": await many(client, api),
            "calendars": [entry["id"] for entry in (await client.as_user(api.calendarList.list()))["items"]],
        }
    print(json.dumps(told))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
