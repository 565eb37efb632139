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

# By our own list, since what Python calls global differs from version to version: IANA's two registries of
# special purposes (https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry),
# multicast and reserved; then what is no receiver either: a machine's secrets, Google's inner doors.
_SPECIAL = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        *("224.0.0.0/4", "240.0.0.0/4"),
        *("2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"),
        *("168.63.129.16/32", "199.36.153.4/30", "199.36.153.8/30", "2600:2d00:2::/48"),
    )
)
_GLOBAL = ip_network("2000::/3")  # all of IPv6 that is given out; the rest is special or nobody's


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
    given_out = isinstance(address, IPv4Address) or address in _GLOBAL
    return given_out and not any(address in network for network in _SPECIAL)


def _innermost(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, if it does: that is where the packets go."""
    if isinstance(address, IPv4Address):
        return address
    return address.ipv4_mapped or address.sixtofour or address


class Guard:
    """Of one URL. `setting` and `switch` name, in errors, what an operator would change."""

    def __init__(
        self, *, setting: str, switch: str, allow_private: bool = False, resolve: Resolve = resolve
    ) -> None:
        self._setting = setting
        self._switch = switch
        self._allow_private = allow_private
        self._resolve = resolve
        self._plain = False

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
        self._plain = httpx.URL(text).scheme == "http"
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
        if self._plain and any(is_public(address) for address in found):
            raise RetryLater(f"{self._setting}: {host} leads to the internet, where only https may go")
        return found
