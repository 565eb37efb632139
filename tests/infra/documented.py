"""The table of docs/logs.md: for each name its severity and its fields."""

import re

from tests.host.conftest import ROOT

ALWAYS = {"severity", "time", "message", "logger", "exception"}
ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<severity>[A-Z]+) \| .+ \| (?P<fields>.*) \|")
TABLE = {
    row["name"]: (row["severity"], set(re.findall(r"`(\w+)`", row["fields"])))
    for row in map(ROW.fullmatch, (ROOT / "docs" / "logs.md").read_text().splitlines())
    if row
}
