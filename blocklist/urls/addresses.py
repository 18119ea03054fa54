"""Which addresses may be dialled: only those of the public internet. Pure; who dials asks here first.

An address that embeds an IPv4 one (IPv4-mapped, 6to4, Teredo, NAT64, ISATAP) is judged by what it embeds,
since that is where the packets end up.
"""

import ipaddress
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291 section 2.4, as IANA has allocated
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_INSIDE = {
    # What ipaddress calls global differs between Python's versions; these are inside for all of them.
    ipaddress.ip_network("192.0.0.0/24"): "is not a public address",  # RFC 6890
    ipaddress.ip_network("192.88.99.0/24"): "is a 6to4 relay",  # RFC 7526 withdrew it
    ipaddress.ip_network("168.63.129.16/32"): "is a cloud platform's inside channel",
    ipaddress.ip_network("3fff::/20"): "is not a public address",  # RFC 9637, documentation
}
_ISATAP = 0x5EFE  # RFC 5214: interface id [02]00:5efe:a.b.c.d

_BAD_PORTS = """
0 1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117
119 123 135 137 139 143 161 179 389 427 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601 636
989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697
10080
"""
BAD_PORTS = frozenset(map(int, _BAD_PORTS.split()))
"""Ports of other protocols that no browser sends HTTP to (Fetch standard, "bad port")."""


@lru_cache(maxsize=4096)
def refusal(address: str) -> str:
    """Say why ``address`` (an IP literal, zone allowed) must not be dialled; empty: it may be."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "is not an address"
    for network, reason in _INSIDE.items():
        if ip in network:
            return reason
    if isinstance(ip, IPv4Address):
        return _refusal4(ip)
    for inner in _embedded(ip):
        if reason := refusal(str(inner)):
            return f"embeds {inner}, which {reason}"
    if ip.ipv4_mapped or ip in _NAT64 or ip.sixtofour or ip.teredo:
        return ""
    return "" if ip in _GLOBAL_UNICAST and ip.is_global else "is not a public address"


def _refusal4(ip: IPv4Address) -> str:
    # is_global alone lets multicast through.
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified:
        return "is not a public address"
    return ""


def _embedded(ip: IPv6Address) -> Iterator[IPv4Address]:
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    if ip in _NAT64:
        yield IPv4Address(int(ip) & 0xFFFF_FFFF)
    if (int(ip) >> 32) & 0xFDFF_FFFF == _ISATAP:
        yield IPv4Address(int(ip) & 0xFFFF_FFFF)
