"""Settings: the documented names, their defaults, and every fault at once."""

from dataclasses import replace
from typing import Any

import pytest

from functions.core.model import Policy, Solution
from functions.settings import BadSettings, examine

GOOD = {
    "GOOGLE_CLOUD_PROJECT": "p",
    "CHANNEL_TOKEN_KEYS": f"{'a' * 32}, {'b' * 40}",
    "CONFERENCE_SOLUTIONS": "My Web Conference=webhook; My = Odd=Name=webhook;uri:https://m.example.com/=janus",
    "NOTIFICATION_URL": "https://receive.example.com/",
}
ALL = ("STORE", "CHANNEL_TOKEN_KEYS", "CONFERENCE_SOLUTIONS", "NOTIFICATION_URL")


def test_the_defaults_are_the_documented_ones() -> None:
    """Nothing set but what has no default."""
    found, faults = examine(GOOD, ALL)
    assert faults == []
    assert (found.store, found.database, found.queue, found.topic) == (
        "firestore",
        "(default)",
        "pubsub",
        "calendar-sync",
    )
    assert (found.auth, found.endpoint) == ("delegation", None)
    assert found.policy == Policy()
    assert (found.policy.channel_ttl, found.policy.renew_before, found.policy.sync_every) == (
        604_800,
        172_800,
        86_400,
    )
    assert (found.policy.lookback, found.policy.grace, found.policy.lease) == (86_400, 300, 60)
    assert found.policy.concurrency == 8


def test_lists_are_read() -> None:
    """Keys by comma, pairs by semicolon; the provider stands after the last equals sign."""
    found, _ = examine(GOOD, ALL)
    assert found.keys == ("a" * 32, "b" * 40)
    assert found.solutions == (
        Solution(provider="webhook", name="My Web Conference"),
        Solution(provider="webhook", name="My = Odd=Name"),
        Solution(provider="janus", uri="https://m.example.com/"),
    )
    assert found.provider_names == ("webhook", "janus")


def test_every_number_is_read() -> None:
    """Each from its own name."""
    names = {
        "CHANNEL_TTL_SECONDS": "channel_ttl",
        "RENEW_BEFORE_SECONDS": "renew_before",
        "SYNC_EVERY_SECONDS": "sync_every",
        "FULL_SYNC_LOOKBACK_SECONDS": "lookback",
        "DELETE_GRACE_SECONDS": "grace",
        "LEASE_SECONDS": "lease",
        "FOLD_SECONDS": "fold",
        "CLOCK_SKEW_SECONDS": "skew",
        "TIME_LIMIT_SECONDS": "time_limit",
        "PROVIDER_CONCURRENCY": "concurrency",
    }
    found, faults = examine({**GOOD, **{name: str(100 + n) for n, name in enumerate(names)}}, ALL)
    assert faults == []
    assert [getattr(found.policy, field) for field in names.values()] == [100 + n for n in range(len(names))]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"STORE": "sqlite:"}, "STORE"),
        ({"QUEUE": "redis"}, "QUEUE"),
        ({"CHANNEL_TOKEN_KEYS": "short"}, "CHANNEL_TOKEN_KEYS"),
        ({"NOTIFICATION_URL": "http://receive.example.com/"}, "NOTIFICATION_URL"),
        ({"CONFERENCE_SOLUTIONS": "no pair"}, "CONFERENCE_SOLUTIONS"),
        ({"CONFERENCE_SOLUTIONS": "=webhook"}, "CONFERENCE_SOLUTIONS"),
        ({"CONFERENCE_SOLUTIONS": "Web=teams"}, "teams"),
        ({"CONFERENCE_SOLUTIONS": "uri:https://meet.example.com=webhook"}, "slash after the host"),
        ({"CALENDAR_API_ENDPOINT": "https://x/calendar/v3"}, "CALENDAR_API_ENDPOINT"),
        ({"CALENDAR_API_ENDPOINT": "localhost:80"}, "CALENDAR_API_ENDPOINT"),
        ({"CALENDAR_AUTH": "key"}, "CALENDAR_AUTH"),
        ({"CALENDAR_SERVICE_ACCOUNT": "sync"}, "CALENDAR_SERVICE_ACCOUNT"),
        ({"WRITE_BACK": "title"}, "off, location, description"),
        ({"LEASE_SECONDS": "0"}, "LEASE_SECONDS"),
        ({"LEASE_SECONDS": "1.5"}, "LEASE_SECONDS"),
        ({"LEASE_SECONDS": "²"}, "LEASE_SECONDS"),
        ({"GOOGLE_CLOUD_PROJECT": ""}, "GOOGLE_CLOUD_PROJECT"),
        ({"CHANNEL_TOKEN_KEYS": " "}, "CHANNEL_TOKEN_KEYS"),
        ({"LINK_HOSTS": "https://meet.example.com"}, "LINK_HOSTS"),
        ({"LINK_HOSTS": ","}, "LINK_HOSTS"),
        ({"LINK_HOSTS": "meet.example.com/x"}, "LINK_HOSTS"),
        ({"CALENDARS_PER_USER": "0"}, "CALENDARS_PER_USER"),
        ({"OPERATORS": "ann"}, "OPERATORS"),
        ({"OPERATORS": "ann@example.com; ben@example.com"}, "OPERATORS"),
        ({"OPERATORS": "\u0430nn@example.com"}, "OPERATORS"),
        ({"OPERATORS": ","}, "OPERATORS"),
        ({"OPERATORS": "*,ann@example.com"}, "OPERATORS"),
        ({"OPERATORS": "*@example.com"}, "OPERATORS"),
        ({"INITIALIZE_AUDIENCES": ","}, "INITIALIZE_AUDIENCES"),
        ({"INITIALIZE_AUDIENCES": "two words"}, "INITIALIZE_AUDIENCES"),
        ({"INITIALIZE_AUDIENCES": "*"}, "INITIALIZE_AUDIENCES"),
    ],
)
def test_a_fault_is_named(change: dict[str, str], names: str) -> None:
    """One fault, one line, with the setting's name."""
    _, faults = examine({**GOOD, **change}, ALL)
    assert len(faults) == 1
    assert names in faults[0]


def test_all_faults_are_in_one_message() -> None:
    """Who mends them need not start again for each."""
    bad: dict[str, Any] = {"STORE": "x", "QUEUE": "y", "LEASE_SECONDS": "z"}
    _, faults = examine(bad, ALL)
    text = str(BadSettings(faults))
    assert len(text.splitlines()) == len(faults) + 1
    assert all(f"{name}: " in text for name in ("STORE", "QUEUE", "LEASE_SECONDS", *ALL[1:]))


def test_the_project_is_asked_for_only_where_google_is_used() -> None:
    """On embedded store and queue nobody needs one."""
    embedded = {**GOOD, "GOOGLE_CLOUD_PROJECT": "", "STORE": "sqlite:s", "QUEUE": "sqlite:q"}
    assert examine(embedded, ALL)[1] == []
    assert examine({**embedded, "STORE": "firestore"}, ("CHANNEL_TOKEN_KEYS",))[1] == []
    assert len(examine({**embedded, "STORE": "firestore"}, ALL)[1]) == 1


def test_operators_are_read() -> None:
    """By comma; nobody is named by default, but where only a stand-in is asked, everybody."""
    assert examine(GOOD, ALL)[0].operators == ()
    named = "ann@example.com, sync@p.iam.gserviceaccount.com"
    assert examine({**GOOD, "OPERATORS": named}, ALL)[0].operators == tuple(named.split(", "))
    assert examine({**GOOD, "OPERATORS": "*"}, ALL) == (replace(examine(GOOD)[0], operators=("*",)), [])
    on_a_stand_in = {**GOOD, "CALENDAR_AUTH": "anonymous"}
    assert examine(on_a_stand_in, ALL)[0].operators == ("*",)
    assert examine({**on_a_stand_in, "OPERATORS": named}, ALL)[0].operators == tuple(named.split(", "))


def test_audiences_are_read() -> None:
    """By comma; a URL is the same with a slash at its end and without."""
    assert examine(GOOD, ALL)[0].audiences == ()
    given = "https://i.example.com/, 1-a.apps.googleusercontent.com"
    found = ("https://i.example.com", "1-a.apps.googleusercontent.com")
    assert examine({**GOOD, "INITIALIZE_AUDIENCES": given}, ALL)[0].audiences == found


def test_files_that_show_whose_a_domain_is() -> None:
    """By their names, or as a line of such a file; anything else could never be asked for."""
    name = "google0123456789abcdef.html"
    given = f"google-site-verification: {name}, googlefedcba9876543210.html"
    assert examine(GOOD | {"SITE_VERIFICATION": given}, ALL)[0].site_files == (
        name,
        "googlefedcba9876543210.html",
    )
    for odd in ("google0123456789abcdef", "../google0123456789abcdef.html", "index.html", ",", f"/{name}"):
        _, faults = examine(GOOD | {"SITE_VERIFICATION": odd}, ALL)
        assert [fault[:41] for fault in faults] == ["SITE_VERIFICATION: must be names of files"]
