"""The pages of an authorisation: whom and what to allow, without a script, and what went wrong."""

from collections.abc import Iterable
from html import escape

from werkzeug.wrappers import Response

from gcal_standin.consent.authorisation import Authorisation
from gcal_standin.consent.errors import Refused
from gcal_standin.consent.scopes import with_ticks

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:1rem/1.5 sans-serif;max-width:32rem;margin:2rem auto;padding:0 1rem;
overflow-wrap:anywhere}}
fieldset{{min-width:0}}
label{{display:block;margin:.5rem 0}}button{{font:inherit;padding:.4rem 1rem}}</style></head>
<body>{content}</body></html>
"""
_FORM = """<h1>Sign in with the stand-in</h1><p>{client} wants to access your Google Account.</p>
<form method="post"><fieldset><legend>Account</legend>{accounts}</fieldset>
<fieldset><legend>What {client} can do</legend>{scopes}</fieldset>
<p><button name="decision" value="cancel">Cancel</button>
<button name="decision" value="allow">Continue</button></p></form>"""


def page(asked: Authorisation, accounts: Iterable[str]) -> Response:
    """Ask for an account and ticks; nothing is ticked before the person does it."""
    ticks = with_ticks(asked.scopes)
    content = _FORM.format(
        client=escape(asked.client.id),
        accounts="".join(_account(each, checked=each == asked.login_hint.lower()) for each in accounts),
        scopes="".join(_tick(each) if each in ticks else f"<p>{escape(each)}</p>" for each in asked.scopes),
    )
    return _html("Sign in", content, 200)


def failed(refused: Refused) -> Response:
    """Tell the person, as Google does: the client hears nothing."""
    said = f"<h1>Access blocked</h1><p>{escape(refused.description)}</p>"
    code = f"<p>Error {refused.status}: {escape(refused.error)}</p>"
    return _html("Error", said + code, refused.status)


def _account(user: str, *, checked: bool) -> str:
    name, state = escape(user), " checked" if checked else ""
    return f'<label><input type="radio" name="account" value="{name}" required{state}> {name}</label>'


def _tick(scope: str) -> str:
    name = escape(scope)
    return f'<label><input type="checkbox" name="scope" value="{name}"> {name}</label>'


def _html(title: str, content: str, status: int) -> Response:
    text = _PAGE.format(title=title, content=content)
    return Response(text, status, _HEADERS, content_type="text/html; charset=UTF-8")
