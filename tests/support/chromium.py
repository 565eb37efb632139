"""A real browser for tests, and pictures of what it showed, which stay after the run."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

PHONE_WIDTH, DESK_WIDTH, HEIGHT = 390, 1280, 844
# A page that does not come is a fault, but a busy machine makes any page late.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)
PICTURES = Path(os.environ.get("SCREENSHOTS") or Path(__file__).parents[2] / ".cache" / "screenshots")


def program() -> str | None:
    """Where Chromium is, if it is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as driver:
        # As root, as images run tests, it starts without its sandbox only; all it sees is of this machine.
        browser = driver.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def window(browser: Browser, width: int = DESK_WIDTH) -> Iterator[Page]:
    """A page of a person of their own. What its console complains of, or fails in it, fails the test."""
    complaints: list[str] = []
    with browser.new_context(viewport={"width": width, "height": HEIGHT}) as context:
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert not complaints


def _is_fault(said: ConsoleMessage) -> bool:
    """A page that answers 4xx is reported as well, and shown all the same."""
    return said.type == "error" and not said.text.startswith("Failed to load resource")


def picture(page: Page, name: str) -> None:
    """What it shows now, as `name`.png among the pictures of the run."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled")


def fits(page: Page) -> bool:
    """Whether all of it is seen without scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
