"""`python -m local demo`: starts the system and tells the story; ends with 0 only if all came out right."""

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

import httpx

from local.demo.observer import Observer
from local.demo.owner import Owner
from local.demo.rooms import Call
from local.demo.screen import Screen
from local.demo.story import SETTINGS, STORY, Play, Step
from local.demo.wrong import Wrong
from local.system import Plan, StartFailed, System
from local.system.options import add_system_options, empty_folder, seconds
from local.system.signals import ended_by_signals

PACE_S = 4.0


class Wishes(NamedTuple):
    patience: float
    slow: float
    svg: Path | None


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local demo", description=__doc__)
    parser.add_argument("--patience", type=float, default=20, help="seconds each step may take (default: 20)")
    parser.add_argument(
        "--slow",
        type=seconds,
        nargs="?",
        const=PACE_S,
        default=0,
        metavar="SECONDS",
        help=f"pause after each step, so that people can read along (default: {PACE_S:.0f} s)",
    )
    parser.add_argument(
        "--svg", type=_file, metavar="FILE", help="write what the terminal showed as a picture"
    )
    add_system_options(parser, empty_folder, "empty folder for databases and logs, which then stay there")
    options = parser.parse_args(argv)
    plan = Plan(data=options.data, settings=SETTINGS | dict(options.settings))
    try:
        with ended_by_signals():
            return _run(plan, Wishes(options.patience, options.slow, options.svg))
    except StartFailed as error:
        print(error, file=sys.stderr)
        return 1


def _file(text: str) -> Path:
    path = Path(text)
    if not path.parent.is_dir():
        raise argparse.ArgumentTypeError(
            f"there is no folder {path.parent}: name a file in one that there is"
        )
    return path


def _run(plan: Plan, wishes: Wishes) -> int:
    names: dict[str, str] = {}
    screen = Screen(names)
    screen.say("Starting the system: Calendar, conference system, queue and six functions ...")
    with System(plan) as system:
        screen.say(f"It runs after {system.start_seconds:.1f} s, each part behind an address of its own.")
        with httpx.Client(trust_env=False) as client:
            observer = Observer(system, names, wishes.patience)
            right = _steps(Play(system, Owner(system, client), observer), screen, wishes.slow)
    if wishes.svg:
        screen.save(wishes.svg)
    return 0 if right else 1


def _steps(play: Play, screen: Screen, pause: float) -> bool:
    took, prompt = 0.0, list[float]()
    for number, step in enumerate(STORY, 1):
        screen.begin(number, step)
        began = time.monotonic()
        try:
            calls = step.act(play)
            took += time.monotonic() - began
            _tell(play, screen, step, calls)
        except (Wrong, httpx.TransportError) as wrong:
            screen.conferences(play.observer.found())
            screen.wrong(str(wrong))
            screen.failed(number, len(STORY), step)
            return False
        prompt += [] if step.waits else [call.seconds for call in calls]
        time.sleep(pause)
    screen.end(len(STORY), prompt, took)
    return True


def _tell(play: Play, screen: Screen, step: Step, calls: list[Call]) -> None:
    """Of the conferences all that live, and those that it was about."""
    told = {call.told.conference_id for call in calls}
    rooms = play.observer.found()
    screen.calendar(play.owner.touched())
    screen.way(step, calls)
    screen.conferences({name: room for name, room in rooms.items() if room.status == "live" or name in told})
    screen.right()
