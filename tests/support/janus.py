"""A real Janus with the VideoRoom plugin, from the distribution's package, on free loopback ports."""

import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

from local.system.ports import ports

API_SECRET = "api-word"
ADMIN_SECRET = "admin-word"
ADMIN_KEY = "room-maker"
READY_S = 10.0
START_ATTEMPTS_MAX = 3

_PLUGIN = "janus.plugin.videoroom"
_CORE = """
general: {{
  configs_folder = "{folder}"
  interface = "127.0.0.1"
  debug_level = 3
  api_secret = "{api_secret}"
  admin_secret = "{admin_secret}"
}}
nat: {{ ice_enforce_list = "lo" }}
plugins: {{ disable = "{other_plugins}" }}
transports: {{ disable = "{other_transports}" }}
loggers: {{ disable = "{loggers}" }}
"""
_HTTP = """
general: {{ http = true, ip = "127.0.0.1", port = {port}, https = false }}
admin: {{ admin_http = true, admin_ip = "127.0.0.1", admin_port = {admin_port}, admin_https = false }}
"""
_ROOMS = """
general: {{ admin_key = "{admin_key}", string_ids = {string_ids} }}
"""


def free_ports(count: int) -> Sequence[int]:
    with ports(0, count) as found:
        return found


def _others(kind: str, keep: str) -> str:
    found = Path("/usr/lib").glob(f"**/janus/{kind}/*.so")
    return ",".join(sorted(path.name for path in found if keep not in path.name))


@dataclass(slots=True)
class Janus:
    """One server with one configuration; it can be stopped, killed and started again on the same ports."""

    folder: Path
    string_ids: bool = True
    ports: Sequence[int] = field(default_factory=lambda: free_ports(2))
    _process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports[0]}/janus"

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self.ports[1]}/admin"

    def configure(self) -> None:
        core = _CORE.format(
            folder=self.folder,
            api_secret=API_SECRET,
            admin_secret=ADMIN_SECRET,
            other_plugins=_others("plugins", "videoroom"),
            other_transports=_others("transports", "http"),
            loggers=_others("loggers", "none"),
        )
        http = _HTTP.format(port=self.ports[0], admin_port=self.ports[1])
        rooms = _ROOMS.format(admin_key=ADMIN_KEY, string_ids=str(self.string_ids).lower())
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "janus.jcfg").write_text(core)
        (self.folder / "janus.transport.http.jcfg").write_text(http)
        (self.folder / "janus.plugin.videoroom.jcfg").write_text(rooms)

    def start(self) -> None:
        """On the first start, another process may take a port that was free: then on others."""
        fresh = not (self.folder / "janus.jcfg").exists()
        for _ in range(START_ATTEMPTS_MAX if fresh else 1):
            if fresh:
                self.configure()
            if self._starts():
                return
            self.ports = free_ports(2)
        raise AssertionError((self.folder / "janus.log").read_text()[-2000:])

    def _starts(self) -> bool:
        with (self.folder / "janus.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["janus", "-F", str(self.folder), "-C", str(self.folder / "janus.jcfg")],
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + READY_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                with urlopen(f"{self.url}/info", timeout=1):
                    return True
            except OSError:
                time.sleep(0.02)
        self.stop()
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """One VideoRoom request through the admin API, past the adapter under test."""
        answer = self.admin("message_plugin", plugin=_PLUGIN, request=request)
        response: dict[str, Any] = answer["response"]
        return response

    def admin(self, verb: str, **more: Any) -> dict[str, Any]:
        body = {"janus": verb, "transaction": uuid4().hex, "admin_secret": ADMIN_SECRET, **more}
        request = Request(self.admin_url, json.dumps(body).encode(), {"content-type": "application/json"})
        with urlopen(request, timeout=5) as answer:
            said: dict[str, Any] = json.load(answer)
        return said

    def make_room(self, room: str | int, title: str = "as made", **more: Any) -> None:
        request = {"request": "create", "room": room, "description": title, "permanent": True}
        made = self.ask({**request, "admin_key": ADMIN_KEY, **more})
        assert made["videoroom"] == "created", made

    def title(self, room: str | int) -> str | None:
        """The room's description; None if there is no such room."""
        rooms = self.ask({"request": "list", "admin_key": ADMIN_KEY})["list"]
        return next((each["description"] for each in rooms if each["room"] == room), None)

    def sessions(self) -> int:
        return len(self.admin("list_sessions")["sessions"])
