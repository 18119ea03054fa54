"""TLS certificates of the pretend web, made when a host is first asked for over TLS.

Every name has a good certificate of the pretend authority (which nobody trusts by default) unless the table
of sites says that its certificate is expired, self-signed or for another name.
"""

import ssl
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

FAULTS = ("good", "expired", "self-signed", "wrong-name")
OTHER_NAME = "some-other-name.example"
ISSUED = datetime(2020, 1, 1, tzinfo=UTC)
EXPIRED = datetime(2020, 4, 1, tzinfo=UTC)
LASTING = datetime(2049, 1, 1, tzinfo=UTC)


class Certificates:
    """One server context per name, chosen by SNI; thread-safe."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self._faults = faults
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    @cached_property
    def authority(self) -> trustme.CA:
        """The pretend authority; elliptic keys, so that it is there in milliseconds."""
        return trustme.CA(key_type=trustme.KeyType.ECDSA)

    @property
    def authority_pem(self) -> bytes:
        """The authority's certificate, for a client that is to trust it."""
        with self._lock:
            return self.authority.cert_pem.bytes()

    def entrance(self) -> ssl.SSLContext:
        """Return the context every handshake starts with; the name asked for then swaps it."""
        entrance = self.context("localhost")
        entrance.sni_callback = self._choose
        return entrance

    def context(self, name: str) -> ssl.SSLContext:
        """Return the context that answers for a name."""
        with self._lock:
            if name not in self._contexts:
                self._contexts[name] = self._make(name)
            return self._contexts[name]

    def _choose(self, handshake: ssl.SSLObject, name: str | None, _entrance: ssl.SSLContext) -> None:
        if name:
            handshake.context = self.context(name)

    def _make(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_alpn_protocols(["http/1.1"])
        fault = self._faults.get(name, "good")
        if fault == "self-signed":
            _load(context, _self_signed(name))
            return context
        self.authority.issue_cert(
            OTHER_NAME if fault == "wrong-name" else name,
            not_before=ISSUED,
            not_after=EXPIRED if fault == "expired" else LASTING,
            key_type=trustme.KeyType.ECDSA,
        ).configure_cert(context)
        return context


def _self_signed(name: str) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ISSUED)
        .not_valid_after(LASTING)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def _load(context: ssl.SSLContext, pem: bytes) -> None:
    # The ssl module reads chains from files only.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chain.pem"
        file.write_bytes(pem)
        context.load_cert_chain(file)
