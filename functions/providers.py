"""Providers by name: ours, and those of others by an installed entry point or a path `module:Class`.

A provider's class has `Settings`, a dataclass of texts and of yes or no, each of them read from the
environment under the provider's prefix; the class is called with these (docs/provider.md).
"""

import logging
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functions.ports import Provider

log = logging.getLogger(__name__)
ROOM = "functions.adapters.providers"
OURS: Mapping[str, str] = {
    "webhook": f"{ROOM}.webhook:WebhookProvider",
    "janus": f"{ROOM}.janus:JanusProvider",
    "zoom": f"{ROOM}.zoom.provider:ZoomProvider",
    "webex": f"{ROOM}.webex.provider:WebexProvider",
}
GROUP = "calendar_conference_sync.providers"
NEEDED = ("Settings", "abilities", "apply", "check")


class Unusable(ValueError):
    """What the name stands for is not a provider, or cannot be loaded."""


def known(name: str) -> bool:
    """Whether it can be a provider's name; a path is only tried when it is loaded."""
    return name in OURS or ":" in name or name in _installed()


def prefix(name: str) -> str:
    """How the names of its settings begin: those of `acme.sync:Provider` with `ACME_`."""
    first = name.partition(":")[0].partition(".")[0]
    return f"{first.upper().replace('-', '_')}_"


def made(name: str, environ: Mapping[str, str]) -> "Provider":
    """The provider with its settings. ValueError if these do not fit together. Unusable."""
    kind = loaded(name)
    return kind(_given(kind.Settings, prefix(name), environ))  # type: ignore[no-any-return]


def usable(name: str, environ: Mapping[str, str]) -> "Provider":
    """As `made`; one that is unusable makes its own conferences wait, and no others."""
    try:
        return made(name, environ)
    except Unusable as error:
        from functions.adapters.providers.missing import UnusableProvider  # noqa: PLC0415 - hardly ever needed

        why = error.args[0]
        log.error("settings.provider_unusable", extra={"provider": name, "why": why})  # noqa: TRY400 - the text says all
        return UnusableProvider(name, why)


def loaded(name: str) -> Any:
    """The provider's class. Unusable."""
    path = OURS.get(name) or _installed().get(name) or name
    module, _, attribute = path.partition(":")
    try:
        kind = getattr(import_module(module), attribute)
    except Exception as error:  # whatever somebody else's module raises when it is loaded
        raise Unusable(f"{path} cannot be loaded: {type(error).__name__}: {error}") from error
    if lacks := [each for each in NEEDED if not hasattr(kind, each)]:
        raise Unusable(f"{path} is no provider: it has no {', '.join(lacks)}")
    return kind


@cache
def _installed() -> Mapping[str, str]:
    from importlib import metadata  # noqa: PLC0415 - slow, and only needed for others' providers

    return {point.name: point.value for point in metadata.entry_points(group=GROUP)}


def _given(kind: Any, begin: str, environ: Mapping[str, str]) -> Any:
    """A setting that is missing or empty has its default."""
    texts = {each.name: environ.get(f"{begin}{each.name.upper()}", "").strip() for each in fields(kind)}
    usual = {each.name: each.default for each in fields(kind)}
    return kind(
        **{
            name: _yes(f"{begin}{name.upper()}", text) if isinstance(usual[name], bool) else text
            for name, text in texts.items()
            if text
        }
    )


def _yes(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError(f"{name} must be true or false, not {text!r}")
    return text.lower() == "true"
