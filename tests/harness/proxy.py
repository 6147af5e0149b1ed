"""What nginx is in production: it speaks TLS for one name and hands whole requests on, saying who asked and how."""

import base64
import hashlib
import http.client
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from procurement import clock

OF_THE_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "server", "date"}


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "TlsProxy"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: text for name, text in self.headers.items() if name.lower() not in OF_THE_HOP}
        headers |= {"X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
        behind = http.client.HTTPConnection("127.0.0.1", self.server.port_behind, timeout=120)
        try:
            behind.request(self.command, self.path, body or None, headers)
            answer = behind.getresponse()
            content = answer.read()
        finally:
            behind.close()
        self.send_response_only(answer.status, answer.reason)
        for name, text in answer.getheaders():
            if name.lower() not in OF_THE_HOP:
                self.send_header(name, text)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the web processes keep a log."""


class TlsProxy(ThreadingHTTPServer):
    """On a free port of this machine, with a certificate for ``name`` that it made itself."""

    daemon_threads = True

    def __init__(self, name: str, port_behind: int, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.name = name
        self.port_behind = port_behind
        key = ec.generate_private_key(ec.SECP256R1())
        self._public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        certificate = _certificate(name, key)
        pem = folder / "proxy.pem"
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def chromium_arguments(self) -> list[str]:
        """What makes a browser find the name here and trust this one key for it."""
        trusted = base64.b64encode(hashlib.sha256(self._public).digest()).decode()
        return [
            f"--host-resolver-rules=MAP {self.name}:443 127.0.0.1:{self.server_address[1]}",
            f"--ignore-certificate-errors-spki-list={trusted}",
        ]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        trace: TracebackType | None = None,
    ) -> None:
        self.shutdown()
        self.server_close()


def _certificate(name: str, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = clock.now()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
