"""`python -m local demo`: starts the system and tells the story; ends with 0 only if all came out right."""

import argparse
import sys
import time

import httpx

from local.demo.observer import Observer
from local.demo.owner import Owner
from local.demo.screen import Screen
from local.demo.story import SETTINGS, STORY, Play
from local.demo.wrong import Wrong
from local.system import Plan, StartFailed, System
from local.system.options import add_system_options, empty_folder
from local.system.signals import ended_by_signals


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local demo", description=__doc__)
    parser.add_argument("--patience", type=float, default=20, help="seconds each step may take (default: 20)")
    add_system_options(parser, empty_folder, "empty folder for databases and logs, which then stay there")
    options = parser.parse_args(argv)
    plan = Plan(data=options.data, settings=SETTINGS | dict(options.settings))
    try:
        with ended_by_signals():
            return _run(plan, options.patience)
    except StartFailed as error:
        print(error, file=sys.stderr)
        return 1


def _run(plan: Plan, patience: float) -> int:
    screen = Screen()
    screen.say("Starting the system: Calendar, conference system, queue and six functions ...")
    with System(plan) as system:
        screen.say(f"It runs after {system.start_seconds:.1f} s, each part behind an address of its own.")
        with httpx.Client(trust_env=False) as client:
            observer = Observer(system, patience)
            return _steps(Play(system, Owner(system, client), observer), screen)


def _steps(play: Play, screen: Screen) -> int:
    began, prompt = time.monotonic(), list[float]()
    for number, step in enumerate(STORY, 1):
        screen.begin(number, step)
        try:
            seconds = step.act(play)
        except (Wrong, httpx.TransportError) as wrong:
            screen.holdings(play.observer.found())
            screen.wrong(str(wrong))
            screen.failed(number, len(STORY), step)
            return 1
        screen.holdings(play.observer.found())
        screen.right(step, seconds)
        if seconds is not None and not step.waits:
            prompt.append(seconds)
    screen.end(len(STORY), prompt, time.monotonic() - began)
    return 0
