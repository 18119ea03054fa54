# ruff: noqa: E501, RUF001 - a table reads best by rows; writing in many alphabets is what is tested
"""Decoding: what the bytes are, whatever they claim."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc_purepy import OpenCC

from crawler.read.decode import decode

ZH = "<p>本店出售各类茶叶，价格实惠，欢迎来电咨询，支持货到付款。</p>"
TW = "<p>本店出售各類茶葉，價格實惠，歡迎來電諮詢，支援貨到付款。</p>"
RU = "<p>Привет, это самый обычный текст на русском языке</p>"
FR = "<p>Déjà vu, l’été à la carte — naïve café, 5 €</p>"
JA = "<p>これは普通の日本語の文章です。漢字とかなが混ざっています。</p>"
EN = "<p>An ordinary page with £5 and “quotes”</p>"

WRITTEN = [
    (ZH, "utf-8", "utf-8"), (ZH, "gb18030", "gb18030"), (ZH, "gb2312", "gb18030"), (TW, "big5", "big5"),
    (TW, "gbk", "gb18030"), (RU, "cp1251", "windows-1251"), (RU, "utf-8", "utf-8"), (FR, "cp1252", "windows-1252"),
    (JA, "cp932", "shift_jis"), (JA, "utf-8", "utf-8"), (EN, "cp1252", "windows-1252"),
]  # fmt: skip
CLAIMS = ["", "text/html", "text/html; charset=utf-8", "text/html;charset=GB2312", "text/html; charset=iso-8859-1",
          "text/html; charset=big5", "text/html; charset=nonsense", "text/html; charset=zip"]  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS)
@pytest.mark.parametrize(("text", "codec", "name"), WRITTEN)
def test_a_lying_header_is_found_out(text, codec, name, claim):
    assert decode(text.encode(codec), claim) == (text, name)


@pytest.mark.parametrize("claim", ["utf-8", "gb2312", "big5", "iso-8859-1", "utf-16", "x-user-defined"])
@pytest.mark.parametrize(("text", "codec", "name"), WRITTEN)
def test_a_lying_meta_is_found_out(text, codec, name, claim):
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={claim}">{text}'
    assert decode(page.encode(codec), "") == (page, name)


DECLARED = [
    (RU, "koi8_r", "koi8-r"), (RU, "iso8859_5", "iso-8859-5"), ("<p>안녕하세요 한국어 문장입니다</p>", "cp949", "euc-kr"),
    (JA, "euc_jp", "euc-jp"), (JA, "iso2022_jp", "iso-2022-jp"), ("<p>สวัสดีครับ ราคา</p>", "cp874", "windows-874"),
    ("<p>Zażółć gęślą jaźń</p>", "iso8859_2", "iso-8859-2"), ("<p>汉字测试</p>", "hz", "hz-gb-2312"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "codec", "name"), DECLARED)
def test_what_is_declared_truly_is_believed(text, codec, name):
    assert decode(text.encode(codec), f"text/html; charset={name}") == (text, name)


@pytest.mark.parametrize(
    ("mark", "codec", "name"),
    [
        (codecs.BOM_UTF8, "utf-8", "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16le"),
        (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16be"),
    ],
)
def test_a_byte_order_mark_wins(mark, codec, name):
    assert decode(mark + ZH.encode(codec), "text/html; charset=big5") == (ZH, name)


def test_utf16_without_a_mark_is_told_by_its_zeros():
    page = "<html><body><p>Plain words in UTF-16</p>"
    assert decode(page.encode("utf-16-le"), "") == (page, "utf-16le")


def test_utf16_that_begins_in_chinese_is_told_by_its_spaces():
    page = "\n\n开业活动  请看说明 " + "活动说明与细则 " * 40 + "<p>a</p>"
    assert decode(page.encode("utf-16-le"), "text/html") == (page, "utf-16le")


@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs"])
def test_short_chinese_is_not_taken_for_cyrillic(codec):
    page = "<p>公司代理,价格商量,欢迎合作</p>"
    page = page if codec == "gb18030" else OpenCC("s2t").convert(page)
    assert decode(page.encode(codec), "text/html")[0] == page


def test_a_character_cut_off_at_the_end_does_not_change_the_encoding():
    assert decode(ZH.encode()[:-6][:50], "")[1] == "utf-8"


def test_a_few_broken_bytes_do_not_change_the_encoding():
    text, name = decode(ZH.encode() * 3 + b"\xff" + ZH.encode(), "")
    assert name == "utf-8"
    assert text.count("\ufffd") == 1


def test_doubly_encoded_text_is_mended():
    assert decode(ZH.encode().decode("latin-1").encode(), "") == (ZH, "utf-8")


def test_french_is_not_mended():
    assert decode(FR.encode(), "") == (FR, "utf-8")


@given(st.binary(max_size=400), st.sampled_from(CLAIMS) | st.text(max_size=30))
def test_any_bytes_decode(body, claim):
    text, name = decode(body, claim)
    assert isinstance(text, str)
    assert name
    text.encode()
