"""Where a URL that somebody typed into a setting may lead: public addresses over https, nothing else.

The addresses given out are the ones to connect to: resolving again afterwards could answer differently.
"""

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpx

from functions.core.errors import RetryLater

PORTS = range(1, 65_536)

Resolve = Callable[[str, int], Sequence[str]]

# Public for some versions of Python, but never a receiver: secrets of the calling machine, a site's own
# addresses, gateways between IPv4 and IPv6, examples.
_FORBIDDEN = tuple(
    ip_network(text)
    for text in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "64:ff9b::/32",
        "3fff::/20",
        "fec0::/10",
    )
)


def resolve(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(text: str) -> bool:
    try:
        address = _innermost(ip_address(text))
    except ValueError:
        return False
    if "%" in text:  # a zone of this machine
        return False
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in _FORBIDDEN)


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does: that is where the packets go."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or address.sixtofour or address


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
        if not text.isascii() or "\\" in text or any(sign.isspace() for sign in text):
            raise ValueError(f"{self._setting} holds a backslash, a space or a letter outside ASCII")
        try:
            # Read by the parser that will connect: a guard is passed if two parsers read a URL differently.
            fault = self._fault(httpx.URL(text))
        except (httpx.InvalidURL, UnicodeError) as error:
            raise ValueError(f"{self._setting} is no URL: {error}") from error
        if fault:
            raise ValueError(f"{self._setting} {fault}")
        return text

    def _fault(self, url: httpx.URL) -> str:
        schemes = ("https", "http") if self._allow_private else ("https",)
        if url.scheme not in schemes:
            return f"must start with {' or '.join(name + '://' for name in schemes)}"
        if not url.host:
            return "names no host"
        if url.port is not None and url.port not in PORTS:
            return f"names port {url.port}"
        return "must not carry a user or a password" if url.userinfo else ""

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Addresses to connect to, in order. OSError if there are none, RetryLater if one is forbidden."""
        try:
            found = self._resolve(host, port)
        except UnicodeError as error:
            raise OSError(f"{host!r} is no host name") from error
        # One forbidden address forbids the name: a rebinding attack begins with a mixed answer.
        if not self._allow_private and not all(is_public(address) for address in found):
            raise RetryLater(
                f"{self._setting}: {host} leads to an address that is not public; "
                f"{self._switch}=true allows that on one machine"
            )
        return found
