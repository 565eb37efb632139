"""What each command does: call one flow, say what came of it. How a calendar stands is in `standing`."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from functions import wiring
from functions.cli import fleet, roster, standing
from functions.cli.exits import Exit
from functions.cli.out import Data, Out, counted
from functions.cli.progress import NAMES, Progress
from functions.core import consent
from functions.core.aside import set_aside
from functions.core.conference import Conference
from functions.core.errors import BadRequest
from functions.core.model import ConferenceKey, Reason, SyncRequest
from functions.core.protocol import NO_SKEW
from functions.flow import calendars, leaving
from functions.flow import connect as connecting
from functions.flow import enrol as enrolling
from functions.flow import renew as renewing
from functions.flow import retry as trying
from functions.flow import status as asking
from functions.flow import sweep as sweeping
from functions.flow import sync as syncing
from functions.flow.fleet import Overview
from functions.flow.turn import Delivery

OUTCOMES = {
    "synced": (Exit.DONE, "is synced"),
    "covered": (Exit.DONE, "was read by another sync meanwhile"),
    "asked_again": (Exit.DONE, "is being read by another sync, which reads once more now"),
    "continued": (Exit.DONE, "is read in part; the rest was asked for through the queue"),
    "not_enrolled": (Exit.UNKNOWN, "is not enrolled any more"),
    "access_lost": (Exit.FAILED, "cannot be read"),
    "backed_off": (Exit.LATER, "is left alone for now"),
}


def enrol(asked: Namespace, out: Out, progress: Progress) -> Exit:
    if asked.source:
        return roster.enrol_from(asked, out, progress)
    if asked.domain or asked.at_once or asked.admin:
        raise BadRequest("--domain, --at-once and --admin go with --from")
    state = enrolling.enrol(wiring.context("enrol"), asked.calendar, asked.user)
    out.result(state, standing.enrolled(state))
    return Exit.DONE if state["synced"] else Exit.LATER


def leave(asked: Namespace, out: Out, progress: Progress) -> Exit:
    left = leaving.leave(wiring.context("leave"), asked.calendar, erase=asked.erase)
    out.result(left, "\n".join(filter(None, [standing.left(left), progress.told()])))
    return Exit.DONE


def sync(asked: Namespace, out: Out, progress: Progress) -> Exit:
    context = wiring.context("sync")
    kept = calendars.enrolled(context.store, asked.calendar)
    request = SyncRequest(calendar_id=asked.calendar, reason=Reason.INITIALIZE)
    outcome = syncing.sync(
        context, request, Delivery(id=context.new_id(), published_at=kept.read_at, skew=NO_SKEW, awaited=True)
    )
    now = context.store.enrolment(asked.calendar)
    trouble = now.value.trouble.why if now else ""
    data = {"calendar_id": asked.calendar, "outcome": outcome, "trouble": trouble, **_counts(progress)}
    code, words = OUTCOMES[outcome]
    out.result(data, "\n".join(filter(None, [f"{asked.calendar} {words}", progress.told(), trouble])))
    return code


def _counts(progress: Progress) -> Data:
    return {name.replace(" ", "_"): progress.counts[name] for name in NAMES}


def renew(_: Namespace, out: Out, __: Progress) -> Exit:
    done = renewing.renew(wiring.context("renew"))
    lost = f", {done.lost} without access to their calendar" if done.lost else ""
    said = f"{counted(done.renewed, 'channels renewed')}, {done.failed} not for now{lost}"
    out.result(asdict(done), said + _left(left=done.left))
    return Exit.LATER if done.failed else Exit.DONE


def sweep(_: Namespace, out: Out, __: Progress) -> Exit:
    done = sweeping.sweep(wiring.context("sweep"))
    failed = f", {done.failed} could not be asked for" if done.failed else ""
    looked_at = counted(done.conferences, "conferences looked at")
    said = f"{counted(done.asked, 'syncs asked for')}{failed}, {looked_at}"
    out.result(asdict(done), said + _left(left=done.left))
    return Exit.LATER if done.failed else Exit.DONE


def _left(*, left: bool) -> str:
    return "; more is due, for the next run" if left else ""


def status(asked: Namespace, out: Out, _: Progress) -> Exit:
    if asked.calendar and asked.missing:
        raise BadRequest("--missing is about a list, not about one calendar")
    if asked.missing:
        return roster.show_missing(asked.missing, out, quiet=asked.check)
    store = wiring.store("status")
    if asked.calendar:
        return standing.show_one(out, asking.standing(store, asked.calendar), check=asked.check)
    return fleet.show(out, Overview(store), check=asked.check)


def connect(asked: Namespace, out: Out, _: Progress) -> Exit:
    given = wiring.settings("connect")
    url = consent.ticket_url(given.oauth.connect_url, asked.user, given.keys, datetime.now(UTC))
    days = consent.TICKET_S // 86_400
    out.result({"user": asked.user, "url": url}, f"for {days} days, for {asked.user} alone:\n{url}")
    return Exit.DONE


def disconnect(asked: Namespace, out: Out, progress: Progress) -> Exit:
    gone = connecting.disconnect(wiring.context("disconnect"), asked.user)
    forgotten = counted(len(gone), "calendars")
    said = f"{asked.user} is disconnected, {forgotten} forgotten; no conference was touched"
    data = {"user": asked.user, "calendars": gone}
    out.result(data, "\n".join(filter(None, [said, progress.told()])))
    return Exit.DONE


def reseal(_: Namespace, out: Out, __: Progress) -> Exit:
    done = connecting.reseal(wiring.context("reseal"))
    failed = f"; {done.failed} open with none of GRANT_KEYS" if done.failed else ""
    sealed = counted(done.resealed, "grants sealed anew")
    out.result(asdict(done), f"{sealed}, {done.current} were sealed with the first key already{failed}")
    return Exit.FAILED if done.failed else Exit.DONE


def retry(asked: Namespace, out: Out, _: Progress) -> Exit:
    choice = trying.Choice(calendar_id=asked.calendar, provider=asked.provider, why=asked.why)
    if asked.all:
        return _retry_all(choice, out)
    if choice != trying.Choice():
        raise BadRequest("--calendar, --provider and --why go with --all, not with one conference")
    context, names = wiring.context("retry"), wiring.provider_names("retry")
    trying.retry(context, asked.conference, names)
    keys = [ConferenceKey(provider, asked.conference) for provider in names]
    found = [_record(kept.value) for kept in context.store.known([], keys)]
    out.result(
        {"conference_id": asked.conference, "records": found},
        "\n".join(standing.retried(asked.conference, one) for one in found),
    )
    return _retried([one for one in found if one["parked"]])


def _retry_all(choice: trying.Choice, out: Out) -> Exit:
    names = wiring.provider_names("retry")
    again, tried = list[Data](), 0
    for one in trying.retry_all(wiring.context("retry"), choice, names):
        tried += 1
        if set_aside(one):
            again.append({"conference_id": one.key.id, **_record(one)})
    out.result({"conferences": tried, "parked": again}, standing.all_retried(tried, again))
    return _retried(again)


def _retried(again: Sequence[Data]) -> Exit:
    """What is parked again: refused, or all of it for a passing reason."""
    if not again:
        return Exit.DONE
    return Exit.FAILED if any(one["refused"] for one in again) else Exit.LATER


def _record(one: Conference) -> Data:
    aside = next(iter(set_aside(one)), None)
    return {
        "provider": one.key.provider,
        "held": bool(one.holds),
        "deleted": one.deleted_at is not None,
        "parked": aside is not None,
        "refused": aside is not None and aside.refused,
        "reason": aside.why.reason if aside else "",
        "retry_at": aside.retry_at.isoformat() if aside and aside.retry_at else None,
    }


def doctor(asked: Namespace, out: Out, _: Progress) -> Exit:
    from functions.cli import doctor as looking  # noqa: PLC0415 - no other command needs what it loads

    return looking.examine(out, asked.calendar, asked.user)
