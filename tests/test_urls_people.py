"""What an address gives away, and how it is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.urls import defang, mask_url, parse_url, sensitive_parts


@pytest.mark.parametrize(
    ("url", "kinds"),
    [
        ("https://shop.example/?token=abc123def", "token"),
        ("https://shop.example/?access_token=abc123def", "token"),
        ("https://shop.example/#access_token=abc123def&x=1", "token"),
        ("https://shop.example/?X-Amz-Signature=9f2c77ab41", "token"),
        ("https://shop.example/?pwd=a1b2c3", "token"),
        ("https://pan.example/s/1AbC?pwd=x9k2", "token"),
        ("https://shop.example/?code=4f9aT77bQ1x0c22De5", "token"),
        ("https://shop.example/reset/9f2c77ab41d0", "token"),
        ("https://shop.example/x?j=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AbCdEf123", "token"),
        ("https://shop.example/invite/aB3dE9", "invite"),
        ("https://shop.example/?invite_code=888", "invite"),
        ("https://shop.example/#/invite/aB3dE9", "invite"),
        ("https://shop.example/register?inviteCode=AB12", "invite"),
        ("https://t.me/+AbCdEf12345", "invite"),
        ("https://t.me/joinchat/AbCdEf12345", "invite"),
        ("https://chat.whatsapp.com/AbCdEf12345", "invite"),
        ("https://discord.gg/AbCdE", "invite"),
        ("https://signal.group/#AbCdE", "invite"),
        ("https://shop.example/a;jsessionid=0A1B2C3D4E5F", "session"),
        ("https://shop.example/?PHPSESSID=0a1b2c3d4e5f", "session"),
        ("https://shop.example/?sid=9f2c77ab41d09f2c77ab41d0", "session"),
        ("https://shop.example/?invite=aB3dE9", "invite"),
        ("https://shop.example/?referral=x7k2p9q", "invite"),
        ("https://shop.example/?sid=9f2c77ab", "session"),
        ("https://shop.example/?reset=9f2c77ab", "token"),
        ("https://shop.example/?magic=9f2c77ab", "token"),
        ("https://shop.example/?openid=oX7abc12dEf", "token"),
        ("https://shop.example/?idcard=110101199003070000", "token"),
        ("https://shop.example/?身份证号=11010119900307000X", "token"),
        ("https://shop.example/tel:13800138000", "phone"),
        ("https://shop.example/go?u=tel:+86-138-0013-8000", "phone"),
        ("https://shop.example/tel/13800138000", "phone"),
        ("https://shop.example/u/bob@mail.example", "email"),
        ("https://shop.example/?to=bob%40mail.example", "email"),
        ("https://shop.example/?to=bob%2540mail.example", "email"),
        ("https://shop.example/#bob.smith+x@mail.example", "email"),
        ("https://shop.example/?phone=13800138000", "phone"),
        ("https://shop.example/?mobile=138-0013-8000", "phone"),
        ("https://shop.example/tel/+12025550143", "phone"),
        ("https://shop.example/?q=%2B1%20202%20555%200143", "phone"),
        ("https://shop.example/?user=13800138000", "phone"),
        ("https://wa.me/12025550143", "phone"),
        ("https://shop.example/user/13800138000", "phone"),
        ("https://api.whatsapp.com/send?phone=12025550143", "phone"),
        (
            "https://shop.example/?token=abc123def&email=bob@mail.example&phone=13800138000",
            "token email phone",
        ),
    ],
)
def test_urls_that_carry_a_person_or_a_secret_say_which(url, kinds):
    assert sensitive_parts(parse_url(url)) == tuple(kinds.split())


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/",
        "https://shop.example/item/13800138000",
        "https://shop.example/dp/B08N5WRWNW",
        "https://shop.example/2026/11/22/news",
        "https://shop.example/?date=2026-11-22&price=1299.00",
        "https://shop.example/?id=612345678901&sku=AB-12-CD",
        "https://shop.example/phone/iphone-15-pro",
        "https://shop.example/token-ring-adapter",
        "https://shop.example/session/summer-2026",
        "https://shop.example/invitations-and-cards",
        "https://shop.example/img/logo@2x.png",
        "https://shop.example/maps/@31.23,121.47,15z",
        "https://cdn.example/lodash@4.17.21/lodash.min.js",
        "https://shop.example/@seller",
        "https://shop.example/?code=SUMMER",
        "https://shop.example/?code=SUMMER25",
        "https://shop.example/?join=summer-2026",
        "https://shop.example/?reset=filters",
        "https://shop.example/?idcard=holder",
        "https://shop.example/hotel:1380013800",
        "https://shop.example/?sid=42",
        "https://shop.example/?key=red",
        "https://shop.example/?v=9f2c77ab41d09f2c77ab41d0",
        "https://shop.example/assets/app.9f2c77ab41d0.js",
        "https://shop.example/p/9f2c77ab-41d0-4f2c-97ab-41d09f2c77ab",
        "https://shop.example/?utm_source=chat&utm_campaign=2026",
        "https://shop.example/?q=1+2+3",
        "https://shop.example/?q=buy+1000000+stamps",
        "https://shop.example/login/",
        "https://shop.example/verify/age",
        "https://t.me/shopname",
        "https://shop.example/tel",
        "https://shop.example/category/mobile/20260504",
        "https://shop.example/?passport=cover",
        "https://shop.example/auth/login",
        "https://shop.example/user/aB3dE9x",
        "https://shop.example/?id=0012345678",
        "https://shop.example/user/138001380001",
        "https://shop.example/?author=dickinson",
    ],
)
def test_ordinary_catalogue_urls_carry_nobody(url):
    assert sensitive_parts(parse_url(url)) == ()


@given(st.text(max_size=300))
def test_looking_for_people_never_fails(text):
    sensitive_parts(parse_url("http://shop.example/" + text[:200].replace("\ud800", "")))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://shop.example/a.html", "hxxps://shop[.]example/a.html"),
        ("HTTP://Shop.Example", "HXXP://Shop[.]Example"),
        ("shop.example/x.y", "shop[.]example/x.y"),
        ("http://127.0.0.1:80/", "hxxp://127[.]0[.]0[.]1:80/"),
        ("http://[::1]/", "hxxp://[::1]/"),
        ("see https://a.example/x, or b.example.", "see hxxps://a[.]example/x, or b[.]example."),
        ("请看https://a.example/x谢谢http://b.example", "请看hxxps://a[.]example/x谢谢hxxp://b[.]example"),
        ("http://r.example/?u=https://a.example/", "hxxp://r[.]example/?u=hxxps://a[.]example/"),
        ("版本 1.2.3, 3.5 kg", "版本 1.2.3, 3.5 kg"),
        ("nothing here", "nothing here"),
        ("", ""),
    ],
)
def test_addresses_are_shown_defanged(text, shown):
    assert defang(text) == shown
    assert defang(shown) == shown


@given(
    st.lists(
        st.sampled_from(
            ["http://", "https://", "a", ".", "example", "/", "[.]", "hxxp://", " ", "谢", ":", "1", "-"]
        )
    )
)
def test_defanging_twice_is_defanging_once_and_leaves_no_scheme(parts):
    once = defang("".join(parts))
    assert defang(once) == once
    assert "http://" not in once
    assert "https://" not in once


def test_a_sensitive_url_is_shown_by_its_host_alone():
    assert mask_url(parse_url("https://shop.example:8443/invite/aB3?x#y")) == "https://shop.example/****"
