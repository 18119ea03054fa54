"""A string to a ``WebUrl`` by the WHATWG URL standard (ada), and the refusals that protect people and crawl.

What comes out is ASCII, has a host, no userinfo, and parses to itself; so all other rooms split it with plain
string operations: after ``://`` the authority runs to the first ``/``, which is always there.
"""

import re
from ipaddress import IPv4Address, IPv6Address
from typing import NoReturn
from urllib.parse import unquote

import ada_url

from blocklist.errors import UrlError
from blocklist.model import Host, WebUrl
from blocklist.urls.shape import plain_parts

MAX_URL_CHARS = 8192
"""Longest URL taken, before and after parsing. Servers refuse longer ones (common limits: 8 KB)."""

_SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.\-]{0,30}):", re.IGNORECASE)
_INNER_USERINFO = re.compile(r"//[^/?#\s@:]+:[^/?#\s@]*@[^/?#\s]")
_QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_DNS_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
_MAX_NAME = 253  # characters of a DNS name without the trailing dot (RFC 1035, 2.3.4)
_MAX_LABEL = 63
_NAT64 = int(IPv6Address("64:ff9b::"))


def parse_url(text: str) -> WebUrl:
    """Return the WHATWG serialisation of ``text``, fragment kept.

    Raises UrlError for anything but http and https, for userinfo, for names that cannot exist and for more
    than ``MAX_URL_CHARS``; the message never quotes the URL, which may hold a secret.
    """
    if (plain := plain_parts(text)) and plain[1]:  # without a path, a slash is added
        return WebUrl(text)
    if len(text) > MAX_URL_CHARS:
        raise UrlError(f"URL of {len(text)} characters; the longest taken is {MAX_URL_CHARS}")
    try:
        href = ada_url.normalize_url(text)
    except ValueError:
        _explain(text)
    return _checked(href)


def is_web(text: str) -> bool:
    """Tell whether ``text`` begins as an address of the web does, whatever follows."""
    return text[:8].lower().startswith(("http://", "https://"))


def join_url(base: WebUrl, reference: str) -> WebUrl:
    """Resolve ``reference`` (a Location header, an href) against ``base``; the same refusals as parse_url."""
    if len(reference) > MAX_URL_CHARS:
        raise UrlError(f"reference of {len(reference)} characters; the longest taken is {MAX_URL_CHARS}")
    try:
        href = ada_url.join_url(base, reference)
    except ValueError:
        _explain(reference)
    return _checked(href)


def parse_host(text: str) -> Host:
    """Return the host that ``text`` is, in any case or script; raises UrlError when it is anything more."""
    url = parse_url(f"http://{text.strip()}/")
    host = host_of(url)
    if parse_url(f"http://{host}/") != url:
        raise UrlError("more than a host name")
    return host


def host_of(url: WebUrl) -> Host:
    """Return the host: lower-case A-labels, dots trimmed and collapsed, no port; IPv6 in brackets.

    IPv4 inside IPv6 (mapped ``::ffff:0:0/96`` and NAT64 ``64:ff9b::/96``) comes out as the IPv4 address it
    reaches, as Safe Browsing v5 says, so that a listing or a guard cannot be walked round.
    """
    authority = _authority(url)
    if authority[0] == "[":
        return _ipv6(authority[: authority.index("]") + 1])
    host = authority.partition(":")[0]
    if host[-1] == "." or host[0] == "." or ".." in host:
        host = ".".join(label for label in host.split(".") if label)
    return Host(host)


def without_fragment(url: WebUrl) -> WebUrl:
    """Return ``url`` up to its ``#``: what is requested."""
    return WebUrl(url.partition("#")[0])


def is_ip(host: Host | str) -> bool:
    """Tell whether ``host`` is an address literal (dotted quad, or IPv6 with or without brackets)."""
    # Asked of every host of a list: most end in a letter, which no address without a colon does.
    return ":" in host or (host[-1:].isdigit() and _QUAD.fullmatch(host) is not None)


def is_dns_name(host: Host | str) -> bool:
    """Tell whether ``host`` has only letters, digits, hyphen and underscore in labels that DNS can hold.

    WHATWG lets more through (``a;b.example``, ``*.example``), and with wildcard DNS such hosts work in a
    browser; a zone or resolver file must leave them out.
    """
    return len(host) <= _MAX_NAME and _DNS_NAME.fullmatch(host) is not None and not is_ip(host)


def _authority(url: str) -> str:
    start = url.index("//") + 2
    return url[start : url.index("/", start)]


def _checked(href: str) -> WebUrl:
    """``href`` as a WebUrl: ada's serialisation, so the authority ends at the first slash."""
    if not href.startswith(("https://", "http://")):
        _refuse_scheme(href.partition(":")[0], href)
    if len(href) > MAX_URL_CHARS:
        raise UrlError(
            f"URL of {len(href)} characters once percent-encoded; the longest taken is {MAX_URL_CHARS}"
        )
    authority = _authority(href)
    if "@" in authority:
        raise UrlError("URL carries a user name or password before the host; remove it")
    # Escaped once or twice: a URL inside a URL inside a URL.
    if ("@" in href or "%40" in href or "%2540" in href) and _INNER_USERINFO.search(unquote(unquote(href))):
        raise UrlError("URL carries a user name or password in another URL inside it; remove it")
    if authority[0] != "[":
        _check_name(authority.partition(":")[0])
    return WebUrl(href)


def _refuse_scheme(scheme: str, text: str) -> NoReturn:
    # In "bob:secret@shop.example" the scheme is a person's name.
    said = f'scheme "{scheme[:32].lower()}"' if "@" not in text and "%40" not in text else "the scheme"
    raise UrlError(f"{said} is not http or https")


def _check_name(host: str) -> None:
    if not host.strip("."):
        raise UrlError("host is nothing but dots")
    if len(host) > _MAX_LABEL and (
        len(host.strip(".")) > _MAX_NAME or max(map(len, host.split("."))) > _MAX_LABEL
    ):
        raise UrlError(f"host is longer than DNS can hold ({_MAX_LABEL} a label, {_MAX_NAME} in all)")


def _explain(text: str) -> NoReturn:
    """Say why ada refused, without quoting what may be secret."""
    if not text.strip():
        raise UrlError("URL is empty")
    found = _SCHEME.match(text)
    if found is None:
        raise UrlError("not a URL: it does not begin with http:// or https://")
    if found[1].lower() not in {"http", "https"}:
        _refuse_scheme(found[1], text)
    raise UrlError("not a URL: no host that a browser would accept")


def _ipv6(literal: str) -> Host:
    address = IPv6Address(literal[1:-1])
    inner = address.ipv4_mapped
    if inner is None and int(address) >> 32 == _NAT64 >> 32:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return Host(str(inner) if inner else literal)
