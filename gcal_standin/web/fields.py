"""Partial responses: the `fields` mask, checked against the response's schema and applied to the answer."""

import re
from functools import lru_cache
from typing import Any

from gcal_standin.model.errors import invalid_parameter
from gcal_standin.web.discovery import Json, document

# A selection is a tree: each name leads to the selection below it, and an empty tree means all of it.
Tree = dict[str, Any]
_TOKEN = re.compile(r"[^,()/]+|[,()/]")


def masked(content: Json, mask: str | None, schema: str | None) -> Json:
    if not mask or schema is None:
        return content
    picked: Json = _pick(content, _selection(mask, schema))
    return picked


@lru_cache(maxsize=256)
def _selection(mask: str, schema: str) -> Tree:
    tree = _Parser(mask).tree()
    _check(tree, {"$ref": schema})
    return tree


class _Parser:
    def __init__(self, mask: str) -> None:
        self._tokens = _TOKEN.findall(mask.replace(" ", ""))
        self._mask = mask

    def tree(self) -> Tree:
        tree = self._list()
        if self._tokens:
            raise self._wrong()
        return tree

    def _list(self) -> Tree:
        tree: Tree = {}
        while True:
            self._path(tree)
            if not self._tokens or self._tokens[0] != ",":
                return tree
            self._tokens.pop(0)

    def _path(self, tree: Tree) -> None:
        name = self._name()
        below = tree.setdefault(name, {})
        while self._tokens and self._tokens[0] == "/":
            self._tokens.pop(0)
            below = below.setdefault(self._name(), {})
        if self._tokens and self._tokens[0] == "(":
            self._tokens.pop(0)
            below |= self._list()
            if not self._tokens or self._tokens.pop(0) != ")":
                raise self._wrong()

    def _name(self) -> str:
        if not self._tokens or self._tokens[0] in ",()/":
            raise self._wrong()
        name: str = self._tokens.pop(0)
        return name

    def _wrong(self) -> Exception:
        return invalid_parameter("fields", f"Invalid field selection {self._mask}")


def _check(tree: Tree, spec: Json) -> None:
    spec = document()["schemas"][spec["$ref"]] if "$ref" in spec else spec
    spec = spec["items"] if spec.get("type") == "array" else spec
    spec = document()["schemas"][spec["$ref"]] if "$ref" in spec else spec
    if "additionalProperties" in spec:
        return
    for name, below in tree.items():
        if name == "*":
            continue
        if name not in spec.get("properties", {}):
            raise invalid_parameter("fields", f"Invalid field selection {name}")
        _check(below, spec["properties"][name])


def _pick(content: Any, tree: Tree) -> Any:
    if not tree:
        return content
    if isinstance(content, list):
        return [_pick(item, tree) for item in content]
    if not isinstance(content, dict):
        return content
    return {
        name: _pick(value, tree[name] if name in tree else tree["*"])
        for name, value in content.items()
        if name in tree or "*" in tree
    }
