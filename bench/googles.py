"""Google's servers as delegation meets them, over TLS on this machine, each with a latency: the login of the
account that runs, IAM and the token endpoint, and a Calendar in which nothing happens.
"""

import base64
import hashlib
import ipaddress
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import certifi
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"
ACCOUNT = "sync@bench.iam.gserviceaccount.com"
PERSON = {"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"}
CHANNEL_TTL_S = 604_800
LIFETIME = timedelta(days=1)
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """In seconds."""

    calendar: float = 0.0
    iam: float = 0.0
    tokens: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: who asked by its `Authorization`, and who is to be charged for it."""

    verb: str
    url: str
    token: str
    body: bytes

    @property
    def charged_to_another(self) -> bool:
        payer = parse_qs(urlsplit(self.url).query).get("quotaUser", [""])[0]
        user = self.token.removeprefix("Bearer token-of-")
        return hashlib.sha256(user.encode()).hexdigest()[: len(payer)] != payer


class Server(ThreadingHTTPServer):
    """Answers over TLS, on kept connections. `heard` is what it was asked, `clients` who connected."""

    request_queue_size = 128
    daemon_threads = True  # a client may keep its connection for longer

    def __init__(self, tls: ssl.SSLContext, latency: float, answer: Callable[[Asked], Json | None]) -> None:
        super().__init__((HOST, 0), Handler)
        self._tls = tls
        self.latency, self.answer = latency, answer
        self.heard: list[Asked] = []
        self.clients: list[object] = []

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.server_port}"

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self._tls.wrap_socket(request, server_side=True) as line:
            self.clients.append(client_address)
            super().finish_request(line, client_address)

    def handle_error(self, *_: object) -> None:
        """Clients hang up when they like."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        token = self.headers.get("Authorization", "")
        asked = Asked(verb=self.command, url=self.path, token=token, body=body)
        self.server.heard.append(asked)
        time.sleep(self.server.latency)
        said = self.server.answer(asked)
        whole = b"" if said is None else json.dumps(said).encode()
        self.send_response(204 if said is None else 200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole)

    do_GET = do_POST  # noqa: N815 - the base class's name

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Google:
    """`settings` lead the functions of `bench.delegated` here."""

    calendar: Server
    iam: Server
    tokens: Server
    folder: Path

    @property
    def settings(self) -> Mapping[str, str]:
        return {
            "CALENDAR_AUTH": "delegation",
            "CALENDAR_SERVICE_ACCOUNT": ACCOUNT,
            "CALENDAR_API_ENDPOINT": self.calendar.url,
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.folder / "person.json"),
            "HTTPLIB2_CA_CERTS": str(self.folder / "authorities.pem"),
            "STANDIN_IAM": self.iam.url,
            "STANDIN_TOKENS": self.tokens.url,
        }


@contextmanager
def google(latencies: Latencies = Latencies()) -> Iterator[Google]:
    with TemporaryDirectory(prefix="google-") as folder, ExitStack() as stack:
        tls = _certified(Path(folder))
        (Path(folder) / "person.json").write_text(json.dumps(PERSON))

        def serve(latency: float, answer: Callable[[Asked], Json | None]) -> Server:
            return stack.enter_context(_running(Server(tls, latency, answer)))

        yield Google(
            calendar=serve(latencies.calendar, _calendar),
            iam=serve(latencies.iam, _signed),
            tokens=serve(latencies.tokens, _token),
            folder=Path(folder),
        )


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _certified(folder: Path) -> ssl.SSLContext:
    """By an authority that stands beside all the usual ones, so that reading them costs what it does."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Google on this machine")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - LIFETIME, now + LIFETIME)
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    ).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(private + made)
    (folder / "authorities.pem").write_bytes(Path(certifi.where()).read_bytes() + made)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "server.pem")
    return tls


def _signed(asked: Asked) -> Json:
    """The text itself, so that the token endpoint can tell whose it is."""
    text = json.loads(asked.body)["payload"]
    return {"keyId": "k", "signedJwt": base64.urlsafe_b64encode(text.encode()).decode()}


def _token(asked: Asked) -> Json:
    assertion = parse_qs(asked.body.decode()).get("assertion")
    if not assertion:
        return {"access_token": "own", "expires_in": 3600}
    user = json.loads(base64.urlsafe_b64decode(assertion[0]))["sub"]
    return {"access_token": f"token-of-{user}", "expires_in": 3600}


def _calendar(asked: Asked) -> Json | None:
    path = urlsplit(asked.url).path
    if path.endswith("/channels/stop"):
        return None
    if path.endswith("/watch"):
        ends = datetime.now(UTC) + timedelta(seconds=CHANNEL_TTL_S)
        return {
            "id": json.loads(asked.body)["id"],
            "resourceId": "resource",
            "expiration": str(int(ends.timestamp() * 1000)),
        }
    return {"id": "calendar", "accessRole": "owner", "items": [], "nextSyncToken": "token"}
