"""The pages that `connect_calendar` shows to people: no script, nothing from elsewhere, all text escaped."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape

STYLE = (
    "body{margin:3rem auto;max-width:34rem;padding:0 1.2rem;font:1.1rem/1.5 system-ui,sans-serif;"
    "color:#1f2328;background:#fff}h1{font-size:1.5rem;line-height:1.25}"
    "button{font:inherit;padding:.6rem 1.2rem}p{overflow-wrap:anywhere}"
)
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS: Mapping[str, str] = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


def page(title: str, *paragraphs: str, last: str = "") -> str:
    """`last` is HTML already."""
    said = "\n".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{escape(title)}</h1>\n{said}\n{last}</body>\n</html>\n"
    )


def form(action: str, hidden: Mapping[str, str], label: str) -> str:
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    )
    return f'<form method="post" action="{escape(action)}">{fields}<button>{escape(label)}</button></form>\n'


def connected(user: str, calendar_id: str, disconnect_url: str) -> str:
    which = calendar_id if calendar_id == user else f"{calendar_id}, a calendar of {user},"
    return page(
        "Your calendar is connected",
        f"{which} is connected. You may close this page.",
        "From now on, when you move, change or delete an event, its conference follows.",
        last=f'<p>You can <a href="{escape(disconnect_url)}">end that</a> at any time.</p>\n',
    )


def confirming(user: str, action: str, confirmation: str) -> str:
    return page(
        "Disconnect your calendars?",
        f"Nothing of {user}'s calendars is read any more, and what was kept of them is forgotten. "
        "Your conferences stay as they are, and no longer follow your events.",
        last=form(action, {"confirmation": confirmation}, "Disconnect"),
    )


def disconnected(user: str) -> str:
    return page(
        "Your calendars are disconnected",
        f"Nothing of {user}'s calendars is read any more. Your conferences stay as they are.",
    )


def refused(reasons: Sequence[str]) -> str:
    return page("That did not work", *reasons)
