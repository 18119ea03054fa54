"""What a certificate says: a bad one is evidence, not a reason to look away.

libcurl refuses no certificate; here the chain it was shown is read: dates by its own, trust by OpenSSL
against the platform's store, the name by service_identity (RFC 9525). The session itself still has to come
about; when it does not, the visit fails as ``tls``.
"""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from OpenSSL import crypto
from service_identity import CertificateError, VerificationError
from service_identity.cryptography import extract_patterns
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity

from blocklist.model import Host, TlsFacts
from blocklist.urls import is_ip

_SELF_SIGNED = frozenset({18, 19})  # X509_V_ERR_…SELF_SIGNED… (openssl-verify(1))
_REVOKED = 23
_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME: dates are judged apart, so that both can be said
_ISSUER_CHARS = 200
_MAX_CHAIN = 10  # certificates looked at; a longer chain is an attack


def facts_of(chain: Sequence[bytes], host: Host, now: datetime) -> TlsFacts:
    """Say what the chain (PEM, the host's own certificate first) tells about ``host`` (no brackets)."""
    if not chain:
        return TlsFacts(valid=False, problem="no-certificate")
    try:
        leaf = x509.load_pem_x509_certificate(chain[0])
        problems = [*_dates(leaf, now), *_trust(chain, leaf), *_name(leaf, host)]
        return TlsFacts(
            valid=not problems,
            problem=", ".join(problems),
            issuer=leaf.issuer.rfc4514_string()[:_ISSUER_CHARS],
            not_after=leaf.not_valid_after_utc.astimezone(UTC),
        )
    except (
        ValueError,
        crypto.Error,
        x509.InvalidVersion,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):  # a certificate made to break its reader
        return TlsFacts(valid=False, problem="unreadable")


def _dates(leaf: x509.Certificate, now: datetime) -> list[str]:
    if now > leaf.not_valid_after_utc:
        return ["expired"]
    return ["not-yet-valid"] if now < leaf.not_valid_before_utc else []


def _trust(chain: Sequence[bytes], leaf: x509.Certificate) -> list[str]:
    others = [x509.load_pem_x509_certificate(each) for each in chain[1:_MAX_CHAIN]]
    try:
        crypto.X509StoreContext(
            _platform_store(),
            crypto.X509.from_cryptography(leaf),
            [crypto.X509.from_cryptography(each) for each in others],
        ).verify_certificate()
    except crypto.X509StoreContextError as error:
        code = error.errors[0]
        return ["self-signed" if code in _SELF_SIGNED and len(chain) == 1 else
                "revoked" if code == _REVOKED else "untrusted"]  # fmt: skip
    return []


@cache
def _platform_store() -> crypto.X509Store:
    store = crypto.X509Store()
    paths = ssl.get_default_verify_paths()
    if paths.cafile or paths.capath:
        store.load_locations(paths.cafile, paths.capath)
    store.set_flags(_NO_CHECK_TIME)
    return store


def _name(leaf: x509.Certificate, host: Host) -> list[str]:
    try:
        service: ServiceID = IPAddress_ID(host) if is_ip(host) else DNS_ID(host.removesuffix("."))
        verify_service_identity(extract_patterns(leaf), [service], [])
    except (CertificateError, VerificationError, ValueError):
        return ["wrong-name"]
    return []
