"""TLS that refuses no certificate but notes what is wrong with it: a bad certificate is evidence.

The checks are OpenSSL's (chain, dates) against the platform's trust store, and service_identity's for the
name (RFC 9525). The session itself still has to come about; when it does not, the visit fails as ``tls``.
"""

from datetime import UTC
from typing import Any

from cryptography import x509
from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions
from twisted.internet.ssl import CertificateOptions, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped] # it ships none

from blocklist.model import TlsFacts

_PROBLEMS = {
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    23: "revoked",
}
"""OpenSSL's X509_V_ERR codes that say more than that the chain is not trusted (openssl-verify(1))."""

_ORDER = ("expired", "not-yet-valid", "self-signed", "wrong-name", "revoked", "untrusted")
_OP_LEGACY_SERVER_CONNECT = (
    0x4  # old servers that never learnt secure renegotiation (RFC 5746) are still read
)
_ISSUER_CHARS = 200


@implementer(IPolicyForHTTPS)
class ObservingPolicy:
    """Twisted's policy for HTTPS: one context for all; every certificate is let through and noted."""

    def __init__(self) -> None:
        self._options = CertificateOptions(trustRoot=platformTrust())  # type: ignore[no-untyped-call] # Twisted's
        self._options.getContext().set_options(_OP_LEGACY_SERVER_CONNECT)

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:  # noqa: ARG002, N802 - Twisted's interface
        """Options of one connection to ``hostname``."""
        return _ObservingOptions(self._options._makeTLSConnection, hostname.decode("ascii"))  # noqa: SLF001 - as Scrapy's own factory does


class _ObservingOptions(ClientTLSOptions):
    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:  # noqa: N802, N803 - Twisted's interface
        # As the parent does, but for its callback, which ends the connection over a wrong name.
        connection = self._createConnection(tlsProtocol)
        if self._sendServerName:
            connection.set_tlsext_host_name(self._hostnameBytes)
        service = _service(self._hostnameASCII, is_name=self._hostnameIsDnsName)
        problems: set[str] = set()
        tlsProtocol.certificate_problems = problems

        def note(_: SSL.Connection, certificate: Any, error: int, depth: int, ok: int) -> bool:
            if not ok:
                problems.add(_PROBLEMS.get(error, "untrusted"))
            if depth == 0 and not _named(certificate, service):
                problems.add("wrong-name")
            return True

        connection.set_verify(SSL.VERIFY_PEER, note)
        return connection


def facts_of(transport: Any) -> TlsFacts | None:
    """Return what the certificate of an open connection said; None: it is not TLS."""
    problems = getattr(transport, "certificate_problems", None)
    if problems is None:
        return None
    found = [each for each in _ORDER if each in problems]
    certificate = transport.getPeerCertificate()
    if certificate is None:
        return TlsFacts(valid=False, problem="no-certificate")
    parsed: x509.Certificate = certificate.to_cryptography()
    return TlsFacts(
        valid=not found,
        problem=", ".join(found),
        issuer=parsed.issuer.rfc4514_string()[:_ISSUER_CHARS],
        not_after=parsed.not_valid_after_utc.astimezone(UTC),
    )


def _service(name: str, *, is_name: bool) -> ServiceID | None:
    """Return what a certificate must be for; None: a name that no certificate can hold."""
    try:
        return DNS_ID(name) if is_name else IPAddress_ID(name)
    except ValueError:
        return None


def _named(certificate: Any, service: ServiceID | None) -> bool:
    if service is None:
        return False
    try:
        verify_service_identity(extract_patterns(certificate), [service], [])
    except (CertificateError, VerificationError, ValueError):
        return False
    return True
