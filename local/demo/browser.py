"""A browser without a screen: it goes where it is sent, keeps cookies, and has forms filled in."""

from collections.abc import Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, build_opener

from local.demo.wrong import Wrong

TIMEOUT_S = 60


class Page(NamedTuple):
    status: int
    url: str
    text: str


class Browser:
    """Sends cookies that are for https alone over this machine's http, too, as Chromium does."""

    def __init__(self) -> None:
        policy = DefaultCookiePolicy(secure_protocols=("https", "http"))
        self._opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar(policy)))

    def open(self, url: str) -> Page:
        return self._asked(url)

    def fill(self, page: Page, **fields: str | Sequence[str]) -> Page:
        """Send the page's form, which goes back to where the page came from."""
        return self._asked(page.url, urlencode(fields, doseq=True).encode())

    def _asked(self, url: str, form: bytes | None = None) -> Page:
        try:
            answer = self._opener.open(url, form, TIMEOUT_S)
        except HTTPError as refused:
            answer = refused
        except OSError as error:
            raise Wrong(f"the browser cannot go on from {url}: {error}") from error
        with answer:
            return Page(answer.status, answer.url, answer.read().decode())
