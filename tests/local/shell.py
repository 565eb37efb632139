"""Printed examples, run as whoever reads them would."""

import os
import subprocess

TIMEOUT_S = 120


def in_shell(bash: str, script: str) -> subprocess.CompletedProcess[str]:
    command, environ = [bash, "-e", "-c", script], {"PATH": os.environ["PATH"]}
    return subprocess.run(
        command, env=environ, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )


def awaited(conferences: str, text: str) -> str:
    return f"until curl -s {conferences} | grep -q '{text}'; do sleep 0.1; done"
