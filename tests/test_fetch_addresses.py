"""Which addresses may be dialled."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.urls.addresses import refusal

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",  # a cloud's metadata service
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::7f00:1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "2a00:1450:4001:800:0:5efe:127.0.0.1",
    "2a00:1450:4001:800:200:5efe:10.0.0.1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "",
]
OUTSIDE = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "2606:4700:4700::1111",
    "2a00:1450:4001:800::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
    "2a00:1450:4001:800:200:5efe:8.8.8.8",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_inside_address_is_refused_with_a_reason(address: str) -> None:
    assert refusal(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_a_public_address_may_be_dialled(address: str) -> None:
    assert refusal(address) == ""


@given(st.ip_addresses(v=4))
def test_whatever_embeds_an_address_is_no_better_than_it(inner: ipaddress.IPv4Address) -> None:
    if not refusal(str(inner)):
        return
    number = int(inner)
    for outer in (
        (0xFFFF << 32) | number,  # IPv4-mapped
        (0x2002 << 112) | (number << 80),  # 6to4
        (0x0064_FF9B << 96) | number,  # NAT64
        (0x2001_0000 << 96) | (number << 64) | (~0x0808_0808 & 0xFFFF_FFFF),  # Teredo, server
        (0x2001_0000 << 96) | (0x0808_0808 << 64) | (~number & 0xFFFF_FFFF),  # Teredo, client
        (0x2A00_1450 << 96) | (0x0200_5EFE << 32) | number,  # ISATAP
    ):
        assert refusal(str(ipaddress.IPv6Address(outer)))


@given(st.ip_addresses())
def test_no_private_multicast_or_reserved_address_slips_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    inside = address.is_multicast or address.is_loopback or address.is_link_local or address.is_unspecified
    if inside:
        assert refusal(str(address))


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(refusal(text), str)
