"""A function that does nothing, under functions-framework."""

from typing import TYPE_CHECKING

import functions_framework

if TYPE_CHECKING:
    from flask import Request


@functions_framework.http
def empty(_: "Request") -> tuple[str, int]:
    return "", 204
