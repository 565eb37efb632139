"""The deployed functions, led to `bench.googles` for their tokens, with ports that take their time.

functions-framework takes this file in place of main.py.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google.auth import iam, impersonated_credentials
from google.oauth2 import credentials

sys.path.insert(0, str(Path(__file__).parents[2]))
IAM, TOKENS = os.environ["STANDIN_IAM"], os.environ["STANDIN_TOKENS"]
vars(credentials)["_GOOGLE_OAUTH2_TOKEN_ENDPOINT"] = TOKENS
vars(impersonated_credentials)["_GOOGLE_OAUTH2_TOKEN_ENDPOINT"] = TOKENS
vars(iam)["_IAM_SIGNJWT_ENDPOINT"] = IAM + "/{}:signJwt"

from functions import wiring  # noqa: E402 - the functions are found from here on


class Slow:
    """A port whose every call takes so many seconds more."""

    def __init__(self, inner: Any, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    def __getattr__(self, name: str) -> Any:
        called = getattr(self._inner, name)

        def slowly(*given: Any, **named: Any) -> Any:
            time.sleep(self._seconds)
            return called(*given, **named)

        return slowly if callable(called) else called


def slowed(make: Callable[..., Any], variable: str) -> Callable[..., Any]:
    seconds = float(os.environ.get(variable, "0"))
    return (lambda given: Slow(make(given), seconds)) if seconds else make


wiring.make_store = slowed(wiring.make_store, "STORE_S")
wiring.make_queue = slowed(wiring.make_queue, "PUBLISH_S")

from main import *  # noqa: E402, F403 - with its ports made slow
