"""What an operator asks: `plan`, `history`, `retry`, by the command line itself; and a call once more."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from local.page.wishes import BadWish
from local.system import System
from local.system.environ import functions_environ
from local.system.served import ROOT

PATIENCE_S = 60
HISTORY_SHOWN = 50


class Operator:
    def __init__(self, system: System) -> None:
        self._system = system

    def plan(self, calendar: str) -> dict[str, Any]:
        return self._asked("plan", calendar)

    def history(self, conference: str) -> dict[str, Any]:
        return self._asked("history", conference)

    def retry(self, conference: str) -> dict[str, Any]:
        return self._asked("retry", conference)

    def replay(self, call: str) -> dict[str, Any]:
        """The same message with the same id, signed anew: its receiver must not act on it twice."""
        line = next((one for one in self._system.conferences.rooms.log() if one["id"] == call), None)
        if line is None:
            raise BadWish("This call is not in the log of the conference system: choose a newer one.")
        at = datetime.now(UTC)
        signature = Webhook(self._system.conferences.secret).sign(call, at, line["body"])
        headers = {
            "content-type": "application/json",
            "webhook-id": call,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        }
        try:
            answer = httpx.post(
                self._system.conferences.webhook_url,
                content=line["body"].encode(),
                headers=headers,
                trust_env=False,
            )
        except httpx.TransportError:
            return {"status": 0, "message": json.loads(line["body"])}
        return {"status": answer.status_code, "message": json.loads(line["body"])}

    def _asked(self, *words: str) -> dict[str, Any]:
        """BadWish in the command's own words."""
        command = [sys.executable, "-m", "functions", *words, "--json"]
        ran = subprocess.run(
            command,
            cwd=ROOT,
            env=functions_environ(self._system.settings),
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        try:
            said: dict[str, Any] = json.loads(ran.stdout)
        except ValueError:
            raise BadWish(f"python -m functions {' '.join(words)}: {ran.stderr.strip()}") from None
        if "error" in said:
            raise BadWish(f"{said['error']['message']}.")
        return {"command": f"python -m functions {' '.join(words)}", **said}
