"""Addresses in running text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.intake.find import find_urls


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # Chinese without blanks, full-width punctuation
        ("请看https://shop.example/x谢谢大家", "https://shop.example/x"),
        ("访问http://shop.example谢谢", "http://shop.example"),
        (
            "链接\uff1ahttps://shop.example/x?id=1\uff0c还有https://b.example/y。",
            "https://shop.example/x?id=1 https://b.example/y",
        ),
        ("【https://shop.example/x】", "https://shop.example/x"),
        ("《https://shop.example/x》", "https://shop.example/x"),
        ("\uff08https://shop.example/x\uff09", "https://shop.example/x"),
        ("看看shop.com吧", "http://shop.com"),
        ("http://例子.中国谢谢", "http://例子.中国"),
        ("http://例子.测试/item", "http://例子.测试/item"),
        ("http://shop.例子.中国/x谢谢", "http://shop.例子.中国/x"),
        ("見てhttps://shop.example/xです", "https://shop.example/x"),
        ("보세요https://shop.example/x입니다", "https://shop.example/x"),
        # punctuation and brackets of the sentence
        ("See https://shop.example/x.", "https://shop.example/x"),
        ("(https://shop.example/x)", "https://shop.example/x"),
        ("https://shop.example/x_(y), and", "https://shop.example/x_(y)"),
        ("really? https://shop.example/x?!", "https://shop.example/x"),
        ("'https://shop.example/x'", "https://shop.example/x"),
        ("**https://shop.example/x**", "https://shop.example/x"),
        ("“https://shop.example/x”", "https://shop.example/x"),
        ("https://shop.example/x…", "https://shop.example/x"),
        ("https://shop.example/x\U0001f525", "https://shop.example/x"),
        ("https://shop.example/x\u200b\u202e", "https://shop.example/x"),
        # markup
        ("[buy](https://shop.example/x)", "https://shop.example/x"),
        ("[url=https://shop.example/x]buy[/url]", "https://shop.example/x"),
        ('<a href="https://shop.example/x">buy</a>', "https://shop.example/x"),
        ("<https://shop.example/x|buy>", "https://shop.example/x"),
        # several, and one inside another
        ("https://a.example/xhttps://b.example/y", "https://a.example/x https://b.example/y"),
        ("https://r.example/?u=https://b.example/y", "https://r.example/?u=https://b.example/y"),
        ("https://archive.example/web/https://b.example/", "https://archive.example/web/https://b.example/"),
        ("https://a.example/ https://a.example/", "https://a.example/"),
        # careful people
        ("hxxps://shop[.]example/x", "https://shop.example/x"),
        ("hXXp://shop(.)example/x", "http://shop.example/x"),
        ("h**p://shop[dot]example/x", "http://shop.example/x"),
        ("hxxp[://]shop[.]example", "http://shop.example"),
        # evasions reach the parser as they are
        ("http://good.example\\@evil.example/", "http://good.example\\@evil.example/"),
        ("HTTPS://SHOP.EXAMPLE/X", "HTTPS://SHOP.EXAMPLE/X"),
        ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]:8080/x"),
        ("http://bob:pw@shop.example/", "http://bob:pw@shop.example/"),
        # names without a scheme
        ("buy at shop.example/x now", "http://shop.example/x"),
        ("www.shop.io", "http://www.shop.io"),
        ("shop.com", "http://shop.com"),
        ("shop.co.uk/x", "http://shop.co.uk/x"),
        ("evil.github.io/x", "http://evil.github.io/x"),
        ("shop.com:8080/x", "http://shop.com:8080/x"),
        ("Shop.COM?id=1", "http://Shop.COM?id=1"),
        ("shop.com.", "http://shop.com"),
    ],
)
def test_addresses_are_found_as_a_reader_takes_them(text, found):
    assert find_urls(text) == tuple(found.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nothing here",
        "http://",
        "https:// shop",
        "see you.So we go",
        "node.js and asp.net?",
        "version 1.2.3, 3.5 kg",
        "127.0.0.1",
        "bob@shop.com",
        "first.last@shop.com",
        "photo.jpg index.html report.pdf",
        "co.uk com github.io",
        "e.g. i.e. U.S.A",
        "../shop.com",
        "javascript:alert(1)",
    ],
)
def test_what_only_looks_like_an_address_is_left(text):
    found = find_urls(text)
    assert found in {(), ("http://asp.net",)}


def test_a_flood_of_addresses_is_found_whole():
    text = " ".join(f"https://shop.example/{n}" for n in range(5000))
    assert len(find_urls(text)) == 5000


def test_an_endless_address_stays_too_long_to_be_taken():
    assert len(find_urls("https://shop.example/" + "a" * 100_000)[0]) > 8192


@given(st.text())
def test_any_text_can_be_searched(text):
    for url in find_urls(text):
        assert url.lower().startswith(("http://", "https://"))


_PIECES = st.sampled_from(
    [
        "http://",
        "https://",
        "hxxp://",
        "shop.example",
        "shop.com",
        "/x",
        "谢谢",
        "\uff0c",
        "。",
        "(",
        ")",
        "[",
        "]",
        "[.]",
        ".",
        "@",
        " ",
        "\n",
        "|",
        "<",
        "?a=1",
        "www.",
        "中国",
        "例子.",
    ]
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_text_of_tricky_pieces_can_be_searched_and_nothing_comes_twice(text):
    found = find_urls(text)
    assert len(found) == len(set(found))
    assert not any(set(url) & set(" \n<>\uff0c。") for url in found)
