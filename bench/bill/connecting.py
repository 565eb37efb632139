"""What is counted of users who consent themselves: one connects, and the add-on asks whether they have."""

import secrets
from dataclasses import replace

import httpx

from bench.bill.usage import Observer, Usage
from bench.environ import KEY, NOBODY
from bench.house import SOLUTIONS, House, Unexpected
from functions.adapters.calendar.google import GoogleCalendar
from functions.adapters.calendar.oauth import Client, GoogleConsents, Places
from functions.adapters.seal import Seal
from functions.flow import connect
from functions.flow.context import Consenting, Context

USER = "new@example.com"
URL = "https://connect.example.com"
CLIENT = Client(id="1-bench.apps.googleusercontent.com", secret=secrets.token_hex())


def consenting(made: House, context: Context) -> Context:
    """The same, where users are asked."""
    store, standin = made.store, made.standin
    client = {"id": CLIENT.id, "secret": CLIENT.secret, "redirectUris": [f"{URL}/callback"]}
    standin.control("POST", "clients", client)
    standin.control("POST", "users", {"email": USER})
    consents = GoogleConsents(
        client=CLIENT,
        seal=Seal([KEY], setting="GRANT_KEYS"),
        kept=store,
        advice="",
        places=Places.on(standin.url),
    )
    google = GoogleCalendar(
        auth="oauth",
        solutions=SOLUTIONS,
        endpoint=standin.url,
        address=f"{NOBODY}/",
        users=consents.credentials,
    )
    asked = Consenting(google=consents, kept=store, connect_url=URL)
    return replace(context, calendar=google, consenting=asked)


def connected(observer: Observer, context: Context) -> Usage:
    """The way to Google and back is two runs; the first sync, which is asked for, is not in it."""
    secret = secrets.token_urlsafe()
    with observer.invocation():
        page = connect.start(context, connect.invited(context, ticket="", calendar_id=""), secret)
    observer.made.standin.control("POST", "consents", {"account": USER})
    back = httpx.URL(httpx.get(page).headers["Location"]).params
    with observer.invocation():
        connect.finish(context, connect.Returned(state=back["state"], code=back["code"], error=""), secret)
    return observer.take()


def state_asked(observer: Observer, context: Context) -> Usage:
    """Before each conference; it is known already who asks."""
    with observer.invocation():
        if not connect.is_connected(context, USER):
            raise Unexpected(f"{USER} is not connected")
    return observer.take()
