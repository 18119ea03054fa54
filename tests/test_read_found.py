# ruff: noqa: E501, RUF001 - a table reads best by rows; Chinese writes full width
"""What is found in a page's text and metadata: prices, contacts, offers, forms, refresh."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Block, BlockKind, ContactKind, Offer
from blocklist.privacy import Pseudonymiser
from crawler.read import find_refresh, read_page, read_text
from crawler.read.joined import join
from crawler.read.prices import find_prices

PEOPLE = Pseudonymiser(b"k" * 32)


def page(body, content_type="text/html; charset=utf-8"):
    return read_page(body.encode(), content_type=content_type, url=None, pseudonymiser=PEOPLE)


PRICES = [
    ("$5", [("$5", 5, "USD")]),
    ("only $1,234.50 each", [("$1,234.50", 1234.5, "USD")]),
    ("US$ 20", [("US$ 20", 20, "USD")]),
    ("20 USD or 18 EUR", [("20 USD", 20, "USD"), ("18 EUR", 18, "EUR")]),
    ("€ 12,50", [("€ 12,50", 12.5, "EUR")]),
    ("1.299,00 €", [("1.299,00 €", 1299, "EUR")]),
    ("£7.99 to £9", [("£7.99", 7.99, "GBP"), ("£9", 9, "GBP")]),
    ("价格：￥298.00", [("￥298.00", 298, "CNY")]),
    ("300元起", [("300元", 300, "CNY")]),
    ("50块一包", [("50块", 50, "CNY")]),
    ("人民币 500", [("人民币 500", 500, "CNY")]),
    ("15.5万元", [("15.5万元", 155000, "CNY")]),
    ("HK$80 NT$90", [("HK$80", 80, "HKD"), ("NT$90", 90, "TWD")]),
    ("0.015 BTC", [("0.015 BTC", 0.015, "BTC")]),
    ("100 USDT, 2 XMR", [("100 USDT", 100, "USDT"), ("2 XMR", 2, "XMR")]),
    ("10.000 Euro, 1.50 €", [("10.000 Euro", 10000, "EUR"), ("1.50 €", 1.5, "EUR")]),
    ("0.125 BTC $1.125", [("0.125 BTC", 0.125, "BTC"), ("$1.125", 1.125, "USD")]),
    ("$20k", [("$20k", 20000, "USD")]),
    ("5 u\u017fd or u\u017f$ 6", [("5 u\u017fd", 5, "USD"), ("u\u017f$ 6", 6, "USD")]),  # as patterns see a long s
    ("$  5; A$5; \u2163$5", [("A$5", 5, "AUD"), ("$5", 5, "USD")]),
    ("price 5", []),
    ("2020元旦快乐", []),
    ("3块钱", [("3块钱", 3, "CNY")]),
    ("see 10 eurovision songs", []),
    ("RMB 88", [("RMB 88", 88, "CNY")]),
    ("99 руб", [("99 руб", 99, "RUB")]),
    ("500.000đ một hộp", [("500.000đ", 500000, "VND")]),
    ("giá 1.250.000 VNĐ", [("1.250.000 VNĐ", 1250000, "VND")]),
    ("₫350.000", [("₫350.000", 350000, "VND")]),
    ("Rp 150.000 per botol", [("Rp 150.000", 150000, "IDR")]),
    ("harga Rp1.500.000,00", [("Rp1.500.000,00", 1500000, "IDR")]),
    ("75.000 IDR", [("75.000 IDR", 75000, "IDR")]),
    ("USDT 45.5 or 1,200 USDT", [("USDT 45.5", 45.5, "USDT"), ("1,200 USDT", 1200, "USDT")]),
    ("sharp 5 corps 7", []),
    ("$", []),
    ("12-34-56", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PRICES)
def test_amounts_with_a_currency_are_prices(text, expected):
    found = find_prices(join([Block(kind=BlockKind.TEXT, text=text)]))
    assert [(p.text, pytest.approx(p.amount), p.currency) for p in found] == expected


def test_a_price_knows_its_block():
    blocks = [Block(kind=BlockKind.TEXT, text=text) for text in ("Pen", "$5", "Ink", "7 EUR")]
    assert [p.block for p in find_prices(join(blocks))] == [1, 3]


K = ContactKind
CONTACTS = [
    ("微信：tea_shop88", K.WECHAT, "tea_shop88"),
    ("加微信 teashop88 咨询", K.WECHAT, "teashop88"),
    ("薇信号:teashop88", K.WECHAT, "teashop88"),
    ("VX: teashop88", K.WECHAT, "teashop88"),
    ("V信teashop88", K.WECHAT, "teashop88"),
    ("＋Ｖ：ｔｅａｓｈｏｐ８８", K.WECHAT, "teashop88"),
    ("WeChat ID: teashop", K.WECHAT, "teashop"),
    ("微信13800138000", K.WECHAT, "13800138000"),
    ("QQ：123456789", K.QQ, "123456789"),
    ("扣扣 123456789", K.QQ, "123456789"),
    ("客服QQ群 88888888", K.QQ, "88888888"),
    ("Telegram: @tea_shop", K.TELEGRAM, "tea_shop"),
    ("TG：tea_shop", K.TELEGRAM, "tea_shop"),
    ("纸飞机号：tea_shop", K.TELEGRAM, "tea_shop"),
    ("join https://t.me/tea_shop now", K.TELEGRAM, "tea_shop"),
    ("WhatsApp +44 7700 900123", K.WHATSAPP, "+44 7700 900123"),
    ("wa.me/447700900123", K.WHATSAPP, "447700900123"),
    ("LINE ID: teashop", K.LINE, "teashop"),
    ("Signal: +44 7700 900123", K.SIGNAL, "+44 7700 900123"),
    ("write to sales@shop.example", K.EMAIL, "sales@shop.example"),
    ("sales (at) shop (dot) example", K.EMAIL, "sales (at) shop (dot) example"),
    ("电话：021-55550123", K.PHONE, "021-55550123"),
    ("手机 138 0013 8000", K.PHONE, "138 0013 8000"),
    ("Tel: (555) 010-0123", K.PHONE, "(555) 010-0123"),
    ("Call us at 555-010-0123", K.PHONE, "555-010-0123"),
    ("+1 555 010 0123", K.PHONE, "+1 555 010 0123"),
]


@pytest.mark.parametrize(("text", "kind", "handle"), CONTACTS)
def test_contacts_are_found_by_kind_and_kept_as_hmac(text, kind, handle):
    found = read_text(text, title="", url=None, pseudonymiser=PEOPLE).contacts
    assert [(c.kind, c.hmac) for c in found] == [(kind, PEOPLE.contact(kind, handle))]


@pytest.mark.parametrize(
    "text",
    ["share on WeChat Weibo Twitter", "微信支付", "our online shop", "order 123456789", "in 2020 and 2021-2022",
     "version 1.2.3.4", "tgif everybody", "the signal is weak", "follow us on telegram channel", "a line in the sand",
     "qq", "@media print", "telephone booth", "ISBN 978-3-16-148410-0"],
)  # fmt: skip
def test_words_that_only_look_like_contacts_are_none(text):
    assert read_text(text, title="", url=None, pseudonymiser=PEOPLE).contacts == ()


@pytest.mark.parametrize(
    "text", ["QQ：00000000", "电话：000-00000000", "手机 00000000000", "email user@masked.example"]
)
def test_a_masked_handle_keeps_its_kind_and_has_no_hmac(text):
    (found,) = read_text(text, title="", url=None, pseudonymiser=PEOPLE).contacts
    assert found.hmac == ""


@pytest.mark.parametrize("text", ["out of line: gerrymandering", "newspaper telegram twitter"])
def test_a_word_after_a_word_is_no_handle(text):
    assert read_text(text, title="", url=None, pseudonymiser=PEOPLE).contacts == ()


def test_addresses_side_by_side_are_each_found():
    text = "a@x.example, b@y.example; QQ 1234567 / QQ 7654321"
    found = read_text(text, title="", url=None, pseudonymiser=PEOPLE).contacts
    assert [(c.kind, c.hmac) for c in found] == [
        (K.EMAIL, PEOPLE.contact(K.EMAIL, "a@x.example")),
        (K.EMAIL, PEOPLE.contact(K.EMAIL, "b@y.example")),
        (K.QQ, PEOPLE.contact(K.QQ, "1234567")),
        (K.QQ, PEOPLE.contact(K.QQ, "7654321")),
    ]


def test_contacts_in_links_and_across_cells():
    found = page(
        '<p>Hello</p><a href="https://t.me/tea_shop">us</a><a href="mailto:a@shop.example?subject=x">m</a>'
        "<table><tr><td>微信</td><td>teashop88</td></tr></table>"
    ).contacts
    assert {(c.kind, c.hmac) for c in found} == {
        (K.TELEGRAM, PEOPLE.contact(K.TELEGRAM, "tea_shop")),
        (K.EMAIL, PEOPLE.contact(K.EMAIL, "a@shop.example")),
        (K.WECHAT, PEOPLE.contact(K.WECHAT, "teashop88")),
    }


LD = '<script type="application/ld+json">{}</script><p>words of the page</p>'
OFFERS = [
    (
        "json-ld",
        LD.format('{"@type":"Product","name":"Pen","offers":{"@type":"Offer","price":12.5,"priceCurrency":"USD",'
                  '"availability":"https://schema.org/InStock"}}'),
        [Offer(source="json-ld", name="Pen", price="12.5", currency="USD", availability="InStock")],
    ),
    (
        "graph, list of offers, list of types",
        LD.format('{"@graph":[{"@type":["Thing","Product"],"name":"Pen","offers":[{"@type":"Offer","price":"1"},'
                  '{"@type":"Offer","price":"2"}]}]}'),
        [Offer(source="json-ld", name="Pen", price="1"), Offer(source="json-ld", name="Pen", price="2")],
    ),
    (
        "trailing comma, comment, raw newline",
        LD.format('<!-- \n{"@type":"Product","name":"Big\nPen","offers":{"@type":"AggregateOffer","lowPrice":3,},}\n-->'),
        [Offer(source="json-ld", name="Big Pen", price="3")],
    ),
    ("an article is no offer", LD.format('{"@type":"NewsArticle","headline":"Pens","name":"x"}'), []),
    ("hopeless", LD.format('{"@type":"Product","name":'), []),
    ("a list of numbers", LD.format("[1,[2,[3]],null,true]"), []),
    (
        "microdata",
        ('<div itemscope itemtype="http://schema.org/Product"><b itemprop="name">Pen</b><div itemprop="offers" itemscope '
        'itemtype="http://schema.org/Offer"><meta itemprop="priceCurrency" content="EUR"><i itemprop="price">4.00</i>'
        '<link itemprop="availability" href="http://schema.org/OutOfStock"></div></div>'),
        [Offer(source="microdata", name="Pen", price="4.00", currency="EUR", availability="OutOfStock")],
    ),
    (
        "opengraph",
        ('<meta property="og:type" content="product"><meta property="og:title" content="Pen"><meta '
        'property="product:price:amount" content="5"><meta property="product:price:currency" content="CNY">'),
        [Offer(source="opengraph", name="Pen", price="5", currency="CNY")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [row[1:] for row in OFFERS], ids=[row[0] for row in OFFERS])
def test_declared_offers(html, expected):
    assert list(page(html).offers) == expected


@pytest.mark.parametrize(
    ("html", "purpose"),
    [
        ("<form role=search><input name=q></form>", "search"),
        ('<form action="/login"><input name=user><input type=password name=p></form>', "login"),
        ('<form action="/cart/add"><input name=qty><button>Add to cart</button></form>', "cart"),
        ('<form><input type=submit value="加入购物车"></form>', "cart"),
        ('<form action="/checkout"><input name=address></form>', "checkout"),
        ("<form><textarea name=message></textarea></form>", "contact"),
        ("<form><input name=colour></form>", "other"),
    ],
)
def test_forms_by_purpose(html, purpose):
    assert [form.purpose for form in page(html).forms] == [purpose]


REFRESH = [
    ('<meta http-equiv="refresh" content="0;url=https://a.example/">', (0.0, "https://a.example/")),
    ("<META HTTP-EQUIV=Refresh CONTENT='5; URL=/next?a=1&amp;b=2'>", (5.0, "/next?a=1&b=2")),
    ('<meta content="1.5, next.html" http-equiv=refresh>', (1.5, "next.html")),
    ("<meta http-equiv=refresh content=\"0; url='/q'\">", (0.0, "/q")),
    ('<meta http-equiv="refresh" content="300">', None),
    ('<!-- <meta http-equiv="refresh" content="0;url=/a"> -->', None),
    ('<noscript><meta http-equiv="refresh" content="0;url=/a"></noscript>', None),
    ("<p>a refreshing drink</p>", None),
    ('<meta http-equiv="refresh" content="soon;url=/a">', None),
    ('<meta http-equiv="refresh" content=";url=/a">', (0.0, "/a")),
]


@pytest.mark.parametrize(("html", "expected"), REFRESH)
def test_a_meta_refresh_is_found_cheaply(html, expected):
    assert find_refresh(html.encode(), "text/html") == expected


@pytest.mark.parametrize(("html", "expected"), REFRESH)
def test_the_page_says_the_same_refresh(html, expected):
    assert page(html + "<p>words</p>").refresh == (expected[1] if expected else "")


@given(st.binary(max_size=300))
def test_refresh_takes_any_bytes(body):
    find_refresh(b'<meta http-equiv=refresh content="' + body, "")


def test_prices_far_apart_are_each_found():
    gap = "no price here " * 20
    text = f"first $5 {gap} 1,299.00 EUR {gap} 300元 {gap} 12 34 56"
    found = find_prices(join([Block(kind=BlockKind.TEXT, text=text)]))
    assert [p.text for p in found] == ["$5", "1,299.00 EUR", "300元"]


def test_an_override_that_is_never_closed_does_not_turn_the_contacts_of_other_blocks():
    found = page("<p>\u202eabc</p><p>微信：a12345</p>").contacts
    assert [(contact.kind, contact.block) for contact in found] == [(ContactKind.WECHAT, 1)]


def test_a_word_at_the_end_of_a_cell_announces_the_handle_in_the_next():
    found = page("<table><tr><td>微信：<td>a12345<tr><td>+v<td>a12345</table>").contacts
    assert [(contact.kind, contact.block) for contact in found] == [(ContactKind.WECHAT, 1)]
