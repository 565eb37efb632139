"""Each benchmark at a size at which its figures mean nothing, to see that it works; no time is judged."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.__main__ import BENCHMARKS, main
from bench.report import MET

pytestmark = [pytest.mark.slow, pytest.mark.emulators]
COUNTED = ("cost", "burst", "queue")  # their targets are met at every size: calls are counted, times virtual
PYTHON = Path(sys.executable)


def table(text: str) -> list[list[str]]:
    """The cells of the one table in a page, without its ruler."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in rows if set(row[0]) != {"-"}]


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_writes_a_table(name: str, tmp_path: Path) -> None:
    """Every row has a cell for every column, and a figure in one of them."""
    out = tmp_path / "results.md"
    assert main([name, "--tiny", "--python", str(PYTHON), "--out", str(out)]) == 0
    header, *rows = table(out.read_text())
    assert rows
    assert {len(row) for row in rows} == {len(header)}
    assert all(any(cell[:1].isdigit() for cell in row) for row in rows)
    if name in COUNTED:
        assert {row[-1] for row in rows} == {MET}


def test_nothing_to_do_costs_what_the_protocol_says(tmp_path: Path) -> None:
    """A covered request, a taken lease and an empty read, with its lease and its commit."""
    out = tmp_path / "results.md"
    assert main(["nothing", "--tiny", "--python", str(PYTHON), "--out", str(out)]) == 0
    _, *rows = table(out.read_text())
    cases = ("an empty read", "covered by an earlier sync", "another sync has the lease")
    assert {(row[0], row[-1]) for row in rows} == {(case, MET) for case in cases}


def test_an_unknown_name_is_refused() -> None:
    """The message lists none of the work begun: nothing is measured."""
    command = [sys.executable, "-m", "bench", "speed"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no benchmark is named speed" in done.stderr
