"""Where a URL that somebody typed into a setting may lead: public addresses over https, nothing else.

The addresses given out are the ones to connect to: resolving again afterwards could answer differently.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from functions.core.errors import RetryLater

Resolve = Callable[[str, int], Sequence[str]]

# Public by the book, yet they answer with secrets of the machine that asks.
_METADATA = tuple(ip_network(text) for text in ("168.63.129.16/32", "192.0.0.0/24", "fec0::/10"))


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    try:
        address = _innermost(ip_address(text))
    except ValueError:
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _METADATA)


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does: that is where the packets end."""
    if isinstance(address, IPv4Address):
        return address
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


class Guard:
    """`setting` and `switch` name, in errors, what an operator would change."""

    def __init__(
        self, *, setting: str, switch: str, allow_private: bool = False, resolve: Resolve = resolve
    ) -> None:
        self._setting = setting
        self._switch = switch
        self._allow_private = allow_private
        self._resolve = resolve

    def url(self, text: str) -> str:
        """The same text, or ValueError in an operator's words."""
        try:
            parts = urlsplit(text)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError(f"{self._setting} is no URL: {error}") from error
        if fault := self._fault(text, parts.scheme, host, port):
            raise ValueError(f"{self._setting} {fault}")
        if parts.username is not None or parts.password is not None:
            raise ValueError(f"{self._setting} must not carry a user or a password")
        return text

    def _fault(self, text: str, scheme: str, host: str | None, port: int | None) -> str:
        schemes = ("https", "http") if self._allow_private else ("https",)
        if scheme not in schemes:
            return f"must start with {' or '.join(name + '://' for name in schemes)}"
        if not host or port == 0:
            return "names no host" if not host else "names port 0"
        if not text.isascii() or "\\" in text or any(sign.isspace() for sign in text):
            return "holds a backslash, a space or a letter outside ASCII (write the host in punycode)"
        return ""

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Addresses to connect to, in order. OSError if there are none, RetryLater if one is forbidden."""
        try:
            found = self._resolve(host, port)
        except UnicodeError as error:
            raise OSError(f"{host!r} is no host name") from error
        # One forbidden address spoils the name: a mixed answer is how a rebinding attack begins.
        if not self._allow_private and not all(is_public(address) for address in found):
            raise RetryLater(
                f"{self._setting}: {host} leads to an address that is not public; "
                f"{self._switch}=true allows that on one machine"
            )
        return found
