"""Where a webhook URL may lead: the tricks that reach a machine's own or its network's addresses."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.changes import change
from functions.adapters.providers.webhook import WebhookProvider, WebhookSettings
from functions.adapters.web.client import Call, Http, Limits, authorities
from functions.adapters.web.guard import Guard, is_public
from functions.adapters.web.transport import Backend, Deadline
from functions.core.errors import Rejected, RetryLater
from local.conferences.server import new_secret
from tests.support.scripted import Scripted, answer

ONCE = Limits(connect=1.0, read=1.0, call=3.0, tries=1)


def guard(*found: str, allow_private: bool = False) -> Guard:
    def resolve(_host: str, _port: int) -> Sequence[str]:
        return found

    return Guard(setting="WEBHOOK_URL", switch="ALLOW", allow_private=allow_private, resolve=resolve)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16",
        "198.18.0.1", "203.0.113.9", "224.0.0.1", "224.0.1.1", "239.255.255.250", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:169.254.169.254",
        "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00:ec2::254", "ff02::1", "ff0e::1", "2001:db8::1",
        "2002:7f00:1::", "2002:a9fe:a9fe::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b::808:808", "64:ff9b:1::7f00:1", "::ffff:0:7f00:1", "::a9fe:a9fe", "2002:c0a8:101::",
        "2002:6440:1::",
        "2001:0:4136:e378:8000:63bf:5601:5601", "2001::1", "2001:20::1", "100::1", "3fff::1", "fd20:ce::254",
        "2606:4700::1111%eth0", "::ffff:8.8.8.8%1", "192.88.99.1", "192.0.0.9", "100.127.255.255",
        "192.31.196.1", "192.52.193.1", "192.175.48.1", "199.36.153.4", "199.36.153.7", "199.36.153.11",
        "2001:4:112::1", "2001:1::1", "2001:1ff::1", "2620:4f:8000::1", "2600:2d00:2:1000::1",
        "4000::1", "1::1",
        "0.0.0.0",
        "", "localhost", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", " 8.8.8.8", "8.8.8.8\n",
        "\uff18.8.8.8", "8.8.8.8/32", "08.8.8.8", "[::1]",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    """Private, local, multicast, reserved and metadata addresses are refused in each of their forms."""
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "93.184.215.14",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "2002:808:808::",
        "199.36.153.3",
        "199.36.153.12",
        "2001:200::1",
        "2a00:1450::1",
        "192.0.1.1",
    ],
)
def test_addresses_that_are_public(address: str) -> None:
    """Ordinary addresses of the internet pass."""
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("", "must start with https://"),
        ("http://hooks.example.com/", "must start with https://"),
        ("ftp://hooks.example.com/", "must start with https://"),
        ("file:///etc/passwd", "must start with https://"),
        ("//hooks.example.com/", "must start with https://"),
        ("https://", "names no host"),
        ("https:///path", "names no host"),
        ("https://user@hooks.example.com/", "user or a password"),
        ("https://hooks.example.com:443@169.254.169.254/", "user or a password"),
        ("https://hooks.example.com:0/", "port 0"),
        ("https://hooks.example.com:99999/", "port 99999"),
        ("https://hooks.example.com:port/", "no URL"),
        ("https://[::1/", "no URL"),
        ("https://0177.0.0.1/", "no URL"),
        ("https://hooks.example.com\\@169.254.169.254/", "backslash"),
        ("https://hooks.example.com/a b", "space"),
        ("https://hooks.example.com/\r\nx: y", "space"),
        ("https://ⓛocalhost/", "ASCII"),
        ("https://example\u3002com/", "ASCII"),
        ("https://\u2460\u2461\u2466.0.0.1/", "ASCII"),
        ("https://xn--0/", "no URL"),
        ("https://xn--/", "no URL"),
        ("https:hooks.example.com", "names no host"),
        ("https:/hooks.example.com", "names no host"),
        ("https://:@hooks.example.com/", "user or a password"),
        ("https://hooks.example.com%2f@169.254.169.254/", "user or a password"),
        ("https://[::1]:443:443/", "no URL"),
        ("https://hooks.example.com\t/", "space"),
        ("gopher://hooks.example.com/", "must start with https://"),
        ("https+unix://hooks.example.com/", "must start with https://"),
    ],
)
def test_urls_that_are_refused(url: str, word: str) -> None:
    """A URL that could be read in two ways, or is not https, is refused before anything is sent."""
    with pytest.raises(ValueError, match=f"WEBHOOK_URL .*{word}"):
        guard().url(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "127.1", "0", "[::1]",
        "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "169.254.169.254", "[fe80::1]",
        "017700000001", "0x7f.0x0.0x0.0x1", "127.0x1", "[::]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
        "LOCALHOST",
    ],
)  # fmt: skip
def test_hosts_that_lead_home(host: str) -> None:
    """However an inner address is written, a change is not sent and a check says why."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)  # noqa: FBT003 - the standard library's signature
        port = listener.getsockname()[1]
        provider = WebhookProvider(WebhookSettings(url=f"https://{host}:{port}/hook", secret=new_secret()))
        provider._http._limits = ONCE
        with pytest.raises(RetryLater, match=r"WEBHOOK_URL: .* is not public"):
            provider.apply(change("any"))
        with pytest.raises(RetryLater, match="WEBHOOK_ALLOW_PRIVATE"):
            provider.check()
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "found",
    [
        ["169.254.169.254"],
        ["10.0.0.1"],
        ["8.8.8.8", "10.0.0.1"],
        ["8.8.8.8", "::1"],
        ["::ffff:10.0.0.1"],
    ],
)
def test_names_that_lead_inside(found: list[str]) -> None:
    """A name is refused if any of its addresses is not public: metadata hosts, inner names, mixed answers."""
    with pytest.raises(
        RetryLater, match=r"metadata\.google\.internal leads to an address that is not public"
    ):
        guard(*found).addresses("metadata.google.internal", 443)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1.", "localhost.", "0x7f000001.", ".", "a..b", "%31%32%37.0.0.1", "[::ffff:127.0.0.1%25lo]"],
)
def test_hosts_that_lead_nowhere_or_home(host: str) -> None:
    """Trailing dots, empty labels, percent signs: whatever the resolver makes of it, nobody hears."""
    with Scripted([answer(200)]) as server:
        provider = WebhookProvider(
            WebhookSettings(url=f"https://{host}:{server.port}/hook", secret=new_secret())
        )
        provider._http._limits = ONCE
        with pytest.raises(RetryLater, match=r"is not public|ConnectError"):
            provider.apply(change("any"))
    assert server.accepted == 0


def test_names_that_lead_outside() -> None:
    """A name with public addresses only is connected to at those, in their order."""
    assert guard("8.8.8.8", "2606:4700::1111").addresses("hooks.example.com", 443) == (
        "8.8.8.8",
        "2606:4700::1111",
    )


@pytest.mark.parametrize("host", ["x" * 70 + ".example.com", "nobody.invalid"])
def test_names_that_lead_nowhere(host: str) -> None:
    """A name that cannot be resolved is passing trouble."""
    provider = WebhookProvider(WebhookSettings(url=f"https://{host}/", secret=new_secret()))
    provider._http._limits = ONCE
    with pytest.raises(RetryLater, match="ConnectError"):
        provider.apply(change("any"))


def test_allowing_private_addresses() -> None:
    """The switch for one machine allows http and inner addresses, and still no user in the URL."""
    open_guard = guard("127.0.0.1", allow_private=True)
    assert open_guard.url("http://127.0.0.1:8080/hook") == "http://127.0.0.1:8080/hook"
    assert open_guard.addresses("localhost", 80) == ("127.0.0.1",)
    with pytest.raises(ValueError, match="user or a password"):
        open_guard.url("http://me:secret@127.0.0.1/")


class Recorder(httpcore.NetworkBackend):
    """Writes down where a connection would go."""

    def __init__(self) -> None:
        self.hosts: list[str] = []

    def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.NetworkStream:
        self.hosts.append(host)
        if host.endswith(".4"):
            raise httpcore.ConnectError("nobody there")
        return httpcore.NetworkStream()


def test_a_name_is_resolved_once_for_a_connection() -> None:
    """What was checked is what is connected to; a name that turns inward later is refused then."""
    answers = iter([["8.8.8.8"], ["127.0.0.1"]])
    turning = Guard(setting="WEBHOOK_URL", switch="ALLOW", resolve=lambda _host, _port: next(answers))
    recorder = Recorder()
    backend = Backend(turning.addresses, Deadline(), recorder)
    backend.connect_tcp("rebind.example.com", 443)
    with pytest.raises(RetryLater):
        backend.connect_tcp("rebind.example.com", 443)
    assert recorder.hosts == ["8.8.8.8"]


def test_an_international_name_is_resolved_as_it_is_connected_to() -> None:
    """Its ASCII form alone is looked up: nothing is there to be read in two ways."""
    asked: list[str] = []

    def found(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    guarded = Guard(setting="WEBHOOK_URL", switch="ALLOW", resolve=found)
    http = Http(addresses=guarded.addresses, limits=ONCE)
    url = guarded.url("https://xn--bcher-kva.example.com/")
    with pytest.raises(RetryLater, match="is not public"):
        http.send(lambda: Call(method="POST", url=url))
    assert asked == ["xn--bcher-kva.example.com"]


def test_no_redirect_leads_anywhere() -> None:
    """A receiver that points elsewhere is refused, and nobody connects to where it points."""
    with Scripted([answer(200)]) as inner:
        for status in (301, 302, 303, 307, 308):
            with Scripted([answer(status, location=inner.url)]) as outer:
                provider = WebhookProvider(
                    WebhookSettings(url=outer.url, secret=new_secret(), allow_private=True)
                )
                with pytest.raises(Rejected, match=f"answered {status}"):
                    provider.apply(change("any"))
    assert inner.accepted == 0


def test_the_next_address_is_tried() -> None:
    """If nobody answers at a name's first address, the next one is tried."""
    recorder = Recorder()
    backend = Backend(guard("8.8.8.4", "8.8.8.8").addresses, Deadline(), recorder)
    backend.connect_tcp("hooks.example.com", 443)
    assert recorder.hosts == ["8.8.8.4", "8.8.8.8"]


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("10.9.9.9"))]
    )
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, private


@pytest.fixture
def secure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Scripted, list[str | None]]]:
    """A TLS server for hooks.example.com that this test's clients trust, and the names they asked for."""
    certificate, private = _certificate(tmp_path, "hooks.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    authorities.cache_clear()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, private)
    asked: list[str | None] = []
    tls.sni_callback = lambda _line, name, _context: asked.append(name)
    with Scripted([answer(200)], tls=tls) as server:
        yield server, asked
    authorities.cache_clear()


def test_the_name_stays_the_name(secure: tuple[Scripted, list[str | None]]) -> None:
    """Connecting to the checked address, TLS and the Host header still speak of the URL's name."""
    server, asked = secure
    http = Http(addresses=guard("127.0.0.1", allow_private=True).addresses, limits=ONCE)
    url = f"https://hooks.example.com:{server.port}/hook"
    http.send(lambda: Call(method="POST", url=url, body=b"{}"))
    assert asked == ["hooks.example.com"]
    assert server.heard[0].header("host") == f"hooks.example.com:{server.port}"


def test_no_proxy_comes_between(
    secure: tuple[Scripted, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve the name anew, and out of the guard's sight."""
    server, asked = secure
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    http = Http(addresses=guard("127.0.0.1", allow_private=True).addresses, limits=ONCE)
    url = f"https://hooks.example.com:{server.port}/hook"
    assert http.send(lambda: Call(method="POST", url=url, body=b"{}")).status == 200
    assert asked == ["hooks.example.com"]


def test_another_names_certificate_is_refused(secure: tuple[Scripted, list[str | None]]) -> None:
    """A server that holds the certificate of another name gets no message."""
    server, _ = secure
    http = Http(addresses=guard("127.0.0.1", allow_private=True).addresses, limits=ONCE)
    url = f"https://other.example.com:{server.port}/hook"
    with pytest.raises(RetryLater, match="CERTIFICATE_VERIFY_FAILED"):
        http.send(lambda: Call(method="POST", url=url, body=b"{}"))
    assert server.heard == []


@pytest.mark.parametrize(("url", "passes"), [("http://h/", False), ("https://h/", True)])
def test_plain_http_stays_at_home(url: str, passes: bool) -> None:  # noqa: FBT001
    """Where private addresses are allowed, http leads to these alone: what is sent is signed, not hidden."""
    asked = guard("8.8.8.8", allow_private=True)
    asked.url(url)
    if passes:
        assert asked.addresses("h", 80) == ("8.8.8.8",)
        return
    with pytest.raises(RetryLater, match="only https"):
        asked.addresses("h", 80)


def test_plain_http_at_home() -> None:
    """On one machine, as before."""
    asked = guard("127.0.0.1", "192.168.1.7", allow_private=True)
    asked.url("http://h/")
    assert asked.addresses("h", 80) == ("127.0.0.1", "192.168.1.7")
