"""`python -m local send`: sends a receiver the service's signed webhooks, or holds it to docs/webhook.md."""

import argparse
import json
import os
import sys
from collections.abc import Sequence

from conformance.changes import typical
from conformance.receiver import ENDS, Finding, findings
from conformance.sender import Pushed, Sender, Try, Unreachable
from functions.adapters.providers.ping import PING
from functions.adapters.web.client import WORDS_MAX, Answer
from functions.cli.out import printable
from functions.core.model import Kind
from local.system.signals import ended_by_signals

TYPES = (PING, *(str(kind) for kind in Kind if kind is not Kind.DELETED), str(Kind.DELETED))
CONFERENCE, USER = "r1", "owner@example.com"  # as docs/webhook.md has them
FAILED, USAGE = 1, 2


def main(argv: list[str]) -> int:
    asked = _parser().parse_args(argv)
    try:
        sender = _sender(asked)
        with ended_by_signals():
            return _check(asked, sender) if asked.check else _send(asked, sender)
    except ValueError as error:
        print(error, file=sys.stderr)
        return USAGE
    except Unreachable as error:
        print(error, file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local send", description=__doc__)
    parser.add_argument("types", metavar="TYPE", nargs="*", help=f"{', '.join(TYPES)}; without one, each")
    parser.add_argument("--check", action="store_true", help="hold the receiver to docs/webhook.md instead")
    parser.add_argument("--to", metavar="URL", required=True, help="where the receiver is")
    parser.add_argument(
        "--secret", default=os.environ.get("WEBHOOK_SECRET", ""), help="whsec_...; or set WEBHOOK_SECRET"
    )
    parser.add_argument(
        "--conference",
        metavar="ID",
        help="of one that may be changed and deleted, and with --check its spelling in other capitals, too "
        f"(default: {CONFERENCE}; with --check a new one)",
    )
    parser.add_argument("--user", default=USER, help="whose event carries it (default: %(default)s)")
    return parser


def _sender(asked: argparse.Namespace) -> Sender:
    if unknown := [each for each in asked.types if each not in TYPES]:
        raise ValueError(f"there is no type {unknown[0]!r}; there are {', '.join(TYPES)}")
    if asked.check and asked.types:
        raise ValueError("--check sends what it needs: leave the types out")
    if not asked.secret.strip():
        raise ValueError("the secret is missing: give --secret whsec_..., or set WEBHOOK_SECRET")
    return Sender(asked.to, asked.secret)


def _check(asked: argparse.Namespace, sender: Sender) -> int:
    seen: list[Finding] = []
    for found in findings(sender, asked.conference, asked.user):
        seen.append(found)
        print(printable(_line(found)), flush=True)
    print(f"\n{_verdict(seen)}")
    return FAILED if any(not found.holds for found in seen) else 0


def _verdict(seen: Sequence[Finding]) -> str:
    if broken := sum(not found.holds for found in seen):
        return f"{broken} of these {len(seen)} do not hold"
    if any(found.promise == ENDS for found in seen):
        return f"all {len(seen)} hold"
    return f"all {len(seen)} hold; more can be seen with a conference that it has: --conference ID"


def _line(found: Finding) -> str:
    otherwise = "" if found.holds else f"\n{'':21}-> {found.breaks}"
    return f"{'ok' if found.holds else 'BREAKS':<9}{found.promise:<12}{found.sent}: {found.came}{otherwise}"


def _send(asked: argparse.Namespace, sender: Sender) -> int:
    failed = False
    for name in asked.types or TYPES:
        pushed = _pushed(sender, name, asked.conference or CONFERENCE, asked.user)
        failed = failed or not pushed.done
        print(printable(_shown(pushed)), flush=True)
    return FAILED if failed else 0


def _pushed(sender: Sender, name: str, conference: str, user: str) -> Pushed:
    return sender.ping() if name == PING else sender.push(typical(Kind(name), conference, user))


def _shown(pushed: Pushed) -> str:
    return "\n\n".join([*map(_exchange, pushed.tries), f"-> {pushed.follows}\n"])


def _exchange(one: Try) -> str:
    heads = "\n".join(f"{name}: {text}" for name, text in one.call.headers.items())
    came = _answer(one.answer) if one.answer else "no answer"
    return f"{one.call.method} {one.call.url}\n{heads}\n\n{_pretty(one.call.body)}\n\n{came}"


def _answer(answer: Answer) -> str:
    return f"{answer.status} {_pretty(answer.body)}".rstrip()


def _pretty(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body[:WORDS_MAX].decode("utf-8", "replace")
