"""Recorded series for promtool, which runs infra/rules.yaml on them as Prometheus does."""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.host.conftest import ROOT

RULES = ROOT / "infra" / "rules.yaml"
DAY = 1440
Labels = Mapping[str, str]
Series = Mapping[str, str]  # what happened when, by the series' name


def name(metric: str, resource: str = "cloud_run_revision", **labels: str) -> str:
    """A series of a metric that is counted from log lines."""
    inner = ",".join(f'{key}="{value}"' for key, value in {"monitored_resource": resource, **labels}.items())
    return f"logging_googleapis_com:user_calendar_sync_{metric}{{{inner}}}"


def counted(minutes: Iterable[int], *, each: int = 1) -> str:
    """A counter, minute by minute, that grows at these minutes. Before the first there is no series.

    Cloud Monitoring has the number of lines of each minute, with the minute's begin; Prometheus the sum of
    all, so the series begins at 0 one minute before its first line.
    """
    times = sorted(minutes)
    values = [sum(each for time in times if time <= minute) for minute in range(times[0], times[-1] + 1)]
    return " ".join([*["_"] * (times[0] - 1), "0", *map(str, values), f"{values[-1]}+0x{DAY}"])


def firing(series: Series, minute: int, folder: Path) -> list[tuple[str, Labels]]:
    """The alerts that fire at that minute, each with its labels."""
    asked = {"eval_time": f"{minute}m", "expr": 'ALERTS{alertstate="firing"}', "exp_samples": []}
    test = {
        "interval": "1m",
        "input_series": [{"series": each, "values": values} for each, values in series.items()],
        "promql_expr_test": [asked],
    }
    file = folder / "test.json"
    whole = {"rule_files": [str(RULES)], "evaluation_interval": "5m", "tests": [test]}
    file.write_text(json.dumps(whole))
    ran = subprocess.run(
        ["promtool", "test", "rules", str(file)], capture_output=True, text=True, check=False
    )
    said = ran.stdout + ran.stderr
    got = re.search(r"got: (.+)", said)
    assert got or ran.returncode == 0, said
    found = re.findall(r"\{.*?\}", got[1]) if got else []
    return [_alert(dict(re.findall(r'(\w+)="([^"]*)"', labels))) for labels in found]


def _alert(labels: dict[str, str]) -> tuple[str, Labels]:
    return labels.pop("alertname"), {
        key: labels[key] for key in labels if key not in {"alertstate", "__name__"}
    }
