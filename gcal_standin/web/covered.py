"""Which methods of Google's document are served, and which are refused by name."""

from collections.abc import Container
from itertools import groupby

from gcal_standin.web import discovery

# Parameters of served methods that are refused by name as well, where they ask for something.
PARAMETERS = {
    "acl.list": ("syncToken",),
    **{f"events.{name}": ("eventLabelVersion",) for name in ("import", "insert", "patch", "update")},
}


def methods(served: Container[str]) -> dict[str, bool]:
    """Return each method of the document, and whether it is served."""
    return {name: name in served for name in sorted(method.id for method in discovery.methods())}


def table(served: Container[str]) -> str:
    """Return them as the table in the README."""
    rows = ["| resource | served | 501, by name |", "| --- | --- | --- |"]
    for resource, found in groupby(methods(served).items(), lambda item: item[0].partition(".")[0]):
        names = [(name.partition(".")[2], done) for name, done in found]
        there = ", ".join(name for name, done in names if done)
        refused = [*(name for name, done in names if not done), *_parameters(resource)]
        rows.append(f"| {resource} | {there} | {', '.join(refused)} |")
    return "\n".join(rows) + "\n"


def _parameters(resource: str) -> list[str]:
    """Return the refused parameters of a resource's methods, each with the methods that have it."""
    found: dict[str, list[str]] = {}
    for method, names in PARAMETERS.items():
        for name in names if method.startswith(f"{resource}.") else ():
            found.setdefault(name, []).append(method.partition(".")[2])
    return [f"`{name}` of {' and '.join(methods)}" for name, methods in found.items()]
