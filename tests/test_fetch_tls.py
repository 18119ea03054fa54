"""What a certificate says, good, bad or made to break its reader."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import crypto

from blocklist.model import Host
from crawler.fetch import tls
from crawler.fetch.tls import facts_of

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SHOP = Host("shop.example")
AUTHORITY = trustme.CA()


def chain(*names: str, until: datetime | None = None, since: datetime | None = None) -> list[bytes]:
    made = AUTHORITY.issue_cert(*names, not_before=since or NOW - timedelta(days=9), not_after=until)
    return [pem.bytes() for pem in made.cert_chain_pems]


@pytest.fixture
def _trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    store = crypto.X509Store()
    authority = load_pem_x509_certificate(AUTHORITY.cert_pem.bytes())
    store.add_cert(crypto.load_certificate(crypto.FILETYPE_PEM, authority.public_bytes(Encoding.PEM)))
    store.set_flags(tls._NO_CHECK_TIME)
    monkeypatch.setattr(tls, "_platform_store", lambda: store)


@pytest.mark.usefixtures("_trusted")
@pytest.mark.parametrize(
    ("certificate", "host", "problem"),
    [
        (chain("shop.example"), "shop.example", ""),
        (chain("shop.example"), "shop.example.", ""),
        (chain("*.shop.example"), "www.shop.example", ""),
        (chain("127.0.0.1"), "127.0.0.1", ""),
        (chain("shop.example"), "other.example", "wrong-name"),
        (chain("shop.example"), "127.0.0.1", "wrong-name"),
        (chain("shop.example"), "a$b.example", "wrong-name"),
        (chain("shop.example", until=NOW - timedelta(days=1)), "shop.example", "expired"),
        (chain("shop.example", since=NOW + timedelta(days=1)), "shop.example", "not-yet-valid"),
        (chain("shop.example", until=NOW - timedelta(days=1)), "other.example", "expired, wrong-name"),
    ],
)
def test_of_a_trusted_authority(certificate: list[bytes], host: str, problem: str) -> None:
    facts = facts_of(certificate, Host(host), NOW)
    assert (facts.problem, facts.valid) == (problem, not problem)
    assert "trustme" in facts.issuer
    assert facts.not_after is not None


def test_of_an_authority_that_nobody_knows() -> None:
    assert facts_of(chain("shop.example"), SHOP, NOW).problem == "untrusted"


def test_its_own_issuer_is_self_signed() -> None:
    facts = facts_of([AUTHORITY.cert_pem.bytes()], SHOP, NOW)
    assert "self-signed" in facts.problem


def test_no_certificate_is_said_to_be_none() -> None:
    assert facts_of([], SHOP, NOW).problem == "no-certificate"


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=3))
def test_any_bytes_are_a_certificate_that_cannot_be_read(junk: list[bytes]) -> None:
    assert facts_of(junk, SHOP, NOW).problem == "unreadable"


def test_the_platform_has_a_store() -> None:
    assert ssl.get_default_verify_paths()
    assert isinstance(tls._platform_store(), crypto.X509Store)


@pytest.mark.parametrize("names", [b"\x30\x02\xa3\x00", b"\x30\x02\xa5\x00"])
def test_a_certificate_with_a_name_of_a_rare_kind_keeps_no_page_from_being_read(names: bytes) -> None:
    # x400Address and ediPartyName: the reader refuses them by an error of its own, and the visit was
    # "malformed", so that who wrote such a certificate was never judged.
    key = ec.generate_private_key(ec.SECP256R1())
    owner = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(owner)
        .issuer_name(owner)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), names), critical=False)
        .sign(key, hashes.SHA256())
    )
    facts = facts_of([made.public_bytes(Encoding.PEM)], SHOP, NOW)
    assert (facts.valid, facts.problem) == (False, "unreadable")
