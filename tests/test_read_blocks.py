# ruff: noqa: E501, RUF001 - a table reads best by rows; Chinese writes full width
"""Blocks: what a reader sees, in reading order, with what is hidden and what belongs to the site."""

import pytest

from blocklist.model import BlockKind
from blocklist.privacy import Pseudonymiser
from crawler.read import read_page, read_text

PEOPLE = Pseudonymiser(b"k" * 32)
K = BlockKind


def page(body):
    return read_page(body.encode(), content_type="text/html", url=None, pseudonymiser=PEOPLE)


def seen(body):
    return [(b.kind, b.text) for b in page(body).blocks if not b.hidden]


def hidden(body):
    return [b.text for b in page(body).blocks if b.hidden]


def chrome(body):
    return [b.text for b in page(body).blocks if b.boilerplate]


ORDER = [
    ("inline runs together", "<p>via<b></b>gra <i>and</i>\n more</p>", [(K.TEXT, "viagra and more")]),
    ("blocks part", "<div>a<div>b</div>c</div>", [(K.TEXT, "a"), (K.TEXT, "b"), (K.TEXT, "c")]),
    ("a line break is a space", "<p>a<br>b</p>", [(K.TEXT, "a b")]),
    ("headings", "<h1>Top</h1><h3>Low</h3>", [(K.HEADING, "Top"), (K.HEADING, "Low")]),
    ("a linked heading stays one", "<h2><a href=/>Top</a></h2>", [(K.HEADING, "Top")]),
    ("lists", "<ul><li>one<li>two <b>x</b></ul>", [(K.ITEM, "one"), (K.ITEM, "two x")]),
    ("an item's paragraphs are items", "<ul><li><p>one</p></li></ul>", [(K.ITEM, "one")]),
    ("cells", "<table><tr><th>Pen<td>$5</table>", [(K.CELL, "Pen"), (K.CELL, "$5")]),
    ("a link alone", "<p><a href=/x>Pens</a></p>", [(K.LINK, "Pens")]),
    ("a link in a sentence", "<p>See <a href=/x>pens</a></p>", [(K.TEXT, "See pens")]),
    ("links side by side", "<p><a href=/x>Pens</a><a href=/y>Ink</a></p>", [(K.LINK, "Pens Ink")]),
    ("title and metas first", "<title>T</title><meta name=description content=D><meta name=keywords content=k,l><p>x",
     [(K.TITLE, "T"), (K.META, "D"), (K.META, "k,l"), (K.TEXT, "x")]),
    ("alt", "<p>x</p><img alt='A pen'>", [(K.TEXT, "x"), (K.ALT, "A pen")]),
    ("aria-label", "<p>x</p><div aria-label='Basket'></div>", [(K.TEXT, "x"), (K.ALT, "Basket")]),
    ("controls", "<button>Add to cart</button><input type=submit value=加入购物车><input placeholder=数量>",
     [(K.CONTROL, "Add to cart"), (K.CONTROL, "加入购物车"), (K.CONTROL, "数量")]),
    ("a quotation and what is in it", "<p>He wrote:</p><blockquote><p>buy now</p> or never</blockquote><p>x</p>",
     [(K.TEXT, "He wrote:"), (K.QUOTE, "buy now"), (K.QUOTE, "or never"), (K.TEXT, "x")]),
    ("scripts, styles, templates unread", "<script>x</script><style>y{}</style><template>z</template><p>w</p>", [(K.TEXT, "w")]),
    ("a shadow tree is read", "<div><template shadowrootmode=open><p>z</p></template></div>", [(K.TEXT, "z")]),
    ("links in words do not part them", "<p>Open<a href=/x>Pens</a>.</p>", [(K.TEXT, "OpenPens.")]),
    ("a drawing parts words", "<p>Pens<svg><title>Ink</title></svg>Paper</p>", [(K.TEXT, "Pens Paper")]),
    ("a rule parts blocks", "<p>a</p>b<hr>c", [(K.TEXT, "a"), (K.TEXT, "b"), (K.TEXT, "c")]),
    ("noscript is read", "<noscript><p>no script</p></noscript>", [(K.TEXT, "no script")]),
    ("entities", "<p>a &amp; b&nbsp;&#x4e2d;</p>", [(K.TEXT, "a & b 中")]),
    ("options", "<select><option>5 g<option>10 g</select>", [(K.ITEM, "5 g"), (K.ITEM, "10 g")]),
    ("unknown elements are inline", "<p>a<x-y>b</x-y></p>", [(K.TEXT, "ab")]),
    ("comments unread", "<p>a<!-- b -->c</p>", [(K.TEXT, "ac")]),
]  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_what_a_reader_sees_in_order(html, expected):
    assert seen(html) == expected


HIDDEN = [
    '<p style="display:none">x</p>', '<p style="visibility: hidden">x</p>', "<p hidden>x</p>",
    '<p style="font-size:0">x</p>', '<p style="font-size: 0px; color:red">x</p>', '<p style="opacity:0">x</p>',
    '<p style="position:absolute;left:-9999px">x</p>', '<p style="text-indent:-999em">x</p>',
    '<p style="color:#fff;background:#ffffff">x</p>', '<p style="background-color: white; color: rgb(255,255,255)">x</p>',
    '<p style="height:0;overflow:hidden">x</p>', '<style>.h{display:none}</style><p class="a h">x</p>',
    "<style>#q , .z { visibility:hidden }</style><p id=q>x</p>", "<dialog>x</dialog>",
    '<div class="modal fade" aria-hidden="true">x</div>', '<div style="display:none"><p>x</p></div>',
    '<p>seen <span style="display:none">x</span></p>', '<p style="clip: rect(0,0,0,0)">x</p>',
]  # fmt: skip


@pytest.mark.parametrize("html", HIDDEN)
def test_what_the_markup_hides_is_flagged(html):
    assert hidden(html) == ["x"]


@pytest.mark.parametrize(
    "html",
    ['<p aria-hidden="true">x</p>', '<p style="font-size:0.9em">x</p>', '<p style="opacity:0.5">x</p>',
     '<p style="margin-left:-10px">x</p>', '<p style="color:#fff;background:#000">x</p>', "<dialog open>x</dialog>",
     "<style>@media print{.h{display:none}}</style><p class=h>x</p>", "<style>.a .h{display:none}</style><p class=h>x</p>",
     "<p hidden=until-found>x</p>", '<p style="border-left:0">x</p>', "<details><p>x</p></details>",
     '<p style="width:0px">x</p>'],
)  # fmt: skip
def test_what_is_only_styled_is_not(html):
    assert hidden(html) == []


def test_filler_hidden_inside_a_word_does_not_split_it():
    html = '<p>via<span style="display:none">zz</span>gra</p>'
    assert seen(html) == [(K.TEXT, "viagra")]
    assert hidden(html) == ["zz"]


def test_a_page_that_hides_everything_until_its_script_runs_is_read():
    words = "Fine pens of all colours, made by hand and sold here. " * 30
    assert hidden(f"<body style='visibility:hidden'><p>{words}</p><script src=a.js></script>") == []
    assert hidden(f"<p style='visibility:hidden'>{words}</p>") == [words.strip()]


BODY = "<p>" + "Words of the page itself, enough of them to be a page. " * 4 + "</p>"


@pytest.mark.parametrize(
    "html",
    ["<nav>x</nav>", "<footer>x</footer>", "<div class='site-footer'>x</div>", "<div id=cookie-banner>x</div>",
     "<div role=navigation>x</div>", "<ul class='breadcrumb'><li>x</ul>", "<div class=nav><p>x</p></div>"],
)  # fmt: skip
def test_what_belongs_to_the_site_is_flagged(html):
    assert chrome(BODY + html) == ["x"]


@pytest.mark.parametrize(
    "html",
    [
        "<div class=canvas>x</div>",
        "<div class=navy-blue>x</div>",
        "<aside>x</aside>",
        "<div class=product-menu>x</div>",
    ],
)
def test_what_only_sounds_like_it_is_not(html):
    assert chrome(BODY + html) == []


def test_the_label_of_a_menu_belongs_to_the_menu():
    assert chrome(BODY + "<nav aria-label='Main menu'>x</nav>") == ["Main menu", "x"]


def test_hidden_words_keep_their_spaces():
    assert hidden("<p>a</p><div hidden><a href=/x>Pens</a> <a href=/y>Ink</a></div>") == ["Pens Ink"]


def test_a_long_row_of_links_is_a_menu():
    links = "".join(f"<li><a href=/{n}>Entry {n}</a></li>" for n in range(12))
    assert len(chrome(BODY + f"<ul>{links}</ul>")) == 12


def test_a_page_that_is_all_boilerplate_has_none():
    assert chrome("<nav><p>Everything stands in the navigation of this page</p></nav>") == []


def test_plain_text_reads_line_by_line():
    found = read_text("one\n\n two  words\n", title="T", url=None, pseudonymiser=PEOPLE)
    assert [(b.kind, b.text) for b in found.blocks] == [
        (K.TITLE, "T"),
        (K.TEXT, "one"),
        (K.TEXT, "two words"),
    ]


def test_plain_text_over_http_is_not_parsed():
    found = read_page(b"a < b\nc", content_type="text/plain", url=None, pseudonymiser=PEOPLE)
    assert [b.text for b in found.blocks] == ["a < b", "c"]


def test_a_page_swallowed_by_an_unclosed_title_gets_a_second_look():
    found = page("<html><head><title>Pens<body><h1>Fine pens</h1><p>for sale here</p>")
    assert "for sale here" in [b.text for b in found.blocks]


@pytest.mark.parametrize("odd", ["<![endife[", "<!x[", "<!DOCTYPE [ <!x", "<!--", "&#99999999999;"])
def test_a_second_look_stumbles_over_nothing(odd):
    page(f"<title>Pens{odd}<body><h1>Fine pens</h1><p>for sale here</p>{odd}")


@pytest.mark.parametrize(
    ("html", "lang"),
    [("<html lang=zh-CN><p>x", "zh"), ("<p>这是一个中文网页，没有声明语言", "zh"), ("<p>the price of the pens is with you", "en"),
     ("<p>это русский текст", "ru"), ("<p>der Preis und die Ware ist nicht von uns", "de"), ("<p>x", ""), ("<html lang='!!'><p>x", ""),
     ("<p>これは日本語です", "ja")],
)  # fmt: skip
def test_language_declared_or_told_by_its_letters(html, lang):
    assert page(html).lang == lang
