"""How one calendar stands, for people: in detail, with what to do about faults."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from shlex import quote
from typing import Any

from functions.cli.exits import Exit
from functions.cli.out import Out, counted
from functions.flow.problems import Problem

State = Any  # what `flow.status` returns: plain JSON values
NEWLINE = "\n"
REASONS_MAX = 10
UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
REMEDY: Mapping[str, str] = {
    Problem.ACCESS_LOST: "python -m functions doctor {calendar} --user {user}",
    Problem.CHANNEL_ENDED: "python -m functions renew",
    Problem.BEHIND: "is the queue delivering, does the sweep run? python -m functions sync {calendar}",
    Problem.FAILING: "python -m functions sync {calendar}",
    Problem.HIDDEN: "let {user} change the events of this calendar",
    Problem.UNREADABLE: "change or delete them in the calendar",
    Problem.UNNAMED: "name the solution again in CONFERENCE_SOLUTIONS",
    Problem.DELETIONS_WITHHELD: "python -m functions confirm {calendar}",
    Problem.PARKED: "python -m functions retry {conference}",
    Problem.LINKS_REFUSED: "they are written again when {user} changes those events",
}


def span(seconds: float) -> str:
    """The two largest units, such as 6d 23h."""
    left, parts = int(abs(seconds)), list[str]()
    for unit, size in UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:2]) or "0s"


def when(text: str | None) -> str:
    """An ISO time in UTC, to the minute."""
    return f"{text[:16].replace('T', ' ')} UTC" if text else "-"


def table(rows: Sequence[Sequence[str]]) -> str:
    flat = [[cell.replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*flat, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in flat
    )


def enrolled(state: State) -> str:
    channel = state["channel"]
    watched = (
        f"watched until {when(channel['expires_at'])}" if channel else "not watchable, so the sweep polls it"
    )
    synced = (
        "synced"
        if state["synced"]
        else "the first sync did not end well: enrol again, or leave it to the sweep"
    )
    return f"{state['calendar_id']} is enrolled: {watched}; {synced}"


def left(state: State) -> str:
    name, others = state["calendar_id"], state.get("still_enrolled")
    if others is None:
        return f"{name} is forgotten and its channel stopped; no conference was touched"
    named = f"; let these leave, too, which are read as the same user: {', '.join(others)}" if others else ""
    return f"{name} is erased from what is stored; no conference was touched{named}"


def retried(conference_id: str, record: State) -> str:
    name = f"{conference_id} ({record['provider']})"
    if not record["parked"]:
        return f"{name} {_carried(record)}"
    then = (
        f"tried again at {when(record['retry_at'])}"
        if record["retry_at"]
        else "it waits for a change or another retry"
    )
    return f"{name} is parked again: {record['reason']}; {then}"


def all_retried(tried: int, again: Sequence[State]) -> str:
    """What is parked again is listed by its reasons, the most frequent first."""
    if not tried:
        return "nothing of this is parked"
    well = tried - len(again)
    head = f"{counted(tried, 'conferences')} tried again: {well:,} well, {len(again):,} parked again"
    reasons = Counter(f"{one['reason']}" for one in again).most_common(REASONS_MAX)
    return "\n".join([head, *(f"  {count:,} for: {reason}" for reason, count in reasons)])


def _carried(record: State) -> str:
    if record["deleted"]:
        return "is deleted"
    return "is in step" if record["held"] else "is carried by no event, and deleted when its grace is over"


def show_one(out: Out, state: State, *, check: bool) -> Exit:
    quiet = check and not state["faults"]
    out.result(state, "" if quiet else detail(state))
    return Exit.FAILED if check and state["faults"] else Exit.DONE


def detail(state: State) -> str:
    facts = [
        ("calendar", state["calendar_id"]),
        ("user", state["user"] or "the calendar's own"),
        ("channel", f"{channel(state)} left" if _lasts(state) else channel(state)),
        ("last sync", last_sync(state)),
        ("lag", span(state["behind_seconds"])),
        ("holds", str(state["holds"])),
        ("parked", str(len(state["parked"]))),
        ("not carried", ", ".join(f"{name} ({count})" for name, count in state["not_carried"].items())),
        ("backs off until", state["paused_until"] and when(state["paused_until"])),
        *(("FAULT", text) for text in remedies(state)),
    ]
    tables = [table([fact for fact in facts if fact[1]]), parked_table(state["parked"]), _unreadable(state)]
    return "\n\n".join(text for text in tables if text)


def channel(state: State) -> str:
    left = state["channel_seconds_left"]
    if left is None:
        return "none" if state["watchable"] else "polled"
    return span(left) if left > 0 else "ended"


def _lasts(state: State) -> bool:
    return (state["channel_seconds_left"] or 0) > 0


def last_sync(state: State) -> str:
    ago = state["last_sync_seconds_ago"]
    return "never" if ago is None else f"{span(ago)} ago"


def remedies(state: State, remedy: Mapping[str, str] = REMEDY) -> Iterator[str]:
    parked = [one["conference_id"] for one in state.get("parked", ())]
    waiting = [one["conference_id"] for one in state.get("parked", ()) if one["retry_at"] is None]
    user = state["user"] or state["calendar_id"]
    names = {"calendar": state["calendar_id"], "user": user, "conference": next(iter(waiting or parked), "")}
    quoted = {name: quote(text) for name, text in names.items()}  # ids are vendors', and end up in a shell
    for fault in state["faults"]:
        yield f"{fault['why'].replace(NEWLINE, ' ')} -> {remedy[fault['kind']].format(**quoted)}"


def parked_table(parked: Sequence[State]) -> str:
    head = ("PARKED", "PROVIDER", "SINCE", "NEXT TRY", "WHY")
    rows = [
        (
            one["conference_id"],
            one["provider"],
            when(one["since"]),
            when(one["retry_at"]),
            f"{one['occurrence']}: {one['reason']}" if one["occurrence"] else one["reason"],
        )
        for one in parked
    ]
    return table([head, *rows]) if rows else ""


def _unreadable(state: State) -> str:
    rows = list(state["unreadable"].items())
    return table([("UNREADABLE EVENT", "WHY"), *rows]) if rows else ""
