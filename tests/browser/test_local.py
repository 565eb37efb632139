"""A person connects their calendar to the system on their own machine."""

import pytest
from playwright.sync_api import Browser, expect

from local.system import Plan, System
from tests.support.chromium import window

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_cookie_of_a_deployed_service_is_kept_here_too(browser: Browser) -> None:
    """Over plain http the browser keeps what is for https alone, and sends it back."""
    with System(Plan(settings={"CALENDAR_AUTH": "oauth"})) as system, window(browser) as page:
        page.goto(system.settings["CONNECT_URL"])
        (cookie,) = page.context.cookies()
        assert (cookie.get("name"), cookie.get("secure")) == ("__Host-connect", True)
        page.get_by_label("owner@example.com").check()
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Continue").click()
        expect(page).to_have_title("Your calendar is connected")
        assert page.context.cookies() == []
