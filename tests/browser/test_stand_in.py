"""The stand-in Calendar, called by a page of another origin, as a browser lets it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from gcal_standin import server
from tests.support.chromium import window

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CALLS = """async ([root, token]) => {
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
  const events = `${root}/calendar/v3/calendars/primary/events`;
  const call = (url, method, body, more = {}) => {
    const sent = {headers: {...headers, ...more}, body: body && JSON.stringify(body)};
    return fetch(url, {method, credentials: "include", ...sent});
  };
  const day = {summary: "Tea", start: {date: "2026-01-05"}, end: {date: "2026-01-06"}};
  const made = await (await call(events, "POST", day)).json();
  const changed = await call(`${events}/${made.id}`, "PATCH", {summary: "Coffee"}, {"If-Match": made.etag});
  const stale = await call(`${events}/${made.id}`, "PATCH", {summary: "x"}, {"If-Match": made.etag});
  const titles = (await (await call(events, "GET")).json()).items.map((event) => event.summary);
  const gone = await call(`${events}/${made.id}`, "DELETE");
  const nobody = await (await fetch(events)).json();
  const token_ = await fetch(`${root}/token`, {method: "POST", body: new URLSearchParams({grant_type: "x"})});
  await fetch(`${root}/standin/reset`, {method: "POST", mode: "no-cors"});
  return [changed.status, stale.status, titles, gone.status, nobody.error.code, (await token_.json()).error];
}"""


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title>")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
        """Say nothing: the test looks at what came."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a page of another origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as serving:
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.005})
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}/"
        serving.shutdown()
        thread.join()


def test_a_page_of_another_origin(browser: Browser, elsewhere: str) -> None:
    """It writes with If-Match, lists, deletes and reads refusals, and has no power over the controls."""
    with server.start(auth=True) as standin, window(browser) as page:
        token = standin.control("POST", "tokens", {"account": "owner@example.com"})["access_token"]
        page.goto(elsewhere)
        told = page.evaluate(CALLS, [standin.url, token])
        assert told == [200, 412, ["Coffee"], 204, 401, "unsupported_grant_type"]
        assert standin.control("GET", "health")["events"] == 1
