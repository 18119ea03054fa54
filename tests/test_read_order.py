"""Text shown otherwise than written: what the reader sees is what is read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.privacy import Pseudonymiser
from crawler.read import read_page

KEY = Pseudonymiser(b"k" * 32)


def _read(body: str, sheet: str = "") -> str:
    style = f"<style>{sheet}</style>" if sheet else ""
    page = f"<!DOCTYPE html><html><head><title>t</title>{style}</head><body>{body}</body></html>"
    found = read_page(page.encode(), content_type="text/html; charset=utf-8", url=None, pseudonymiser=KEY)
    return " | ".join(block.text for block in found.blocks[1:] if not block.hidden)


FLEX = '<span style="display:inline-flex;flex-direction:row-reverse">'
RTL = "unicode-bidi:bidi-override;direction:rtl"
SEEN = [
    ("turned round by style", f'<p>buy <span style="{RTL}">cba</span> now', "", "buy abc now"),
    ("turned round by class", '<p>x <i class="r">cba</i>', f".r{{{RTL}}}", "x abc"),
    ("override without direction", '<p><b style="unicode-bidi:bidi-override">abc</b>', "", "abc"),
    ("bdo", '<p>see <bdo dir="rtl">cba</bdo>', "", "see abc"),
    ("bdo from left to right", '<p>see <bdo dir="ltr">abc</bdo>', "", "see abc"),
    ("order", '<p>a <span style="display:inline-flex"><i style="order:2">c</i><b>b</b></span>', "", "a bc"),
    ("order by class", '<p><b class="f"><i class="z">c</i><i>b</i></b>', ".f{order:0}.z{order:3}", "bc"),
    ("reversed row", f"<p>{FLEX}<i>c</i><i>b</i><i>a</i></span>", "", "abc"),
    ("floats", '<p><b><i style="float:right">c</i><i style="float:left">b</i></b> float:', "", "bc float:"),
    ("drawn before", '<p><i class="c" data-t="ab"></i>c', ".c::before{content:attr(data-t)}", "abc"),
    ("drawn after", '<p><i class="c">a</i>', ".c:after{content:'bc'}", "abc"),
    ("drawn with escapes", '<p><i id="c">a</i>', '#c::after{content:"\\62 \\0063"}', "abc"),
    ("an icon font draws pictures", '<p><i class="c"></i>a', '.c::before{content:"\\f101"}', "a"),
    ("blocks keep their order", f"{FLEX}<p>a</p><p>b</p></span>", "", "a | b"),
    ("long text keeps its order", f"{FLEX}<b>{'a' * 70}</b><b>b</b></span>", "", "a" * 70 + "b"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "sheet", "seen"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_what_is_seen_is_read(body, sheet, seen):
    assert _read(body, sheet) == seen


PIECES = st.lists(
    st.sampled_from(
        ["<bdo dir=rtl>", "</bdo>", "<i style='order:1;float:left'>", "</i>", "</span>", "abc", "</b>", "<p>",
         "<span style='display:inline-flex'>", "<b class=c id=c>", f"style='{RTL}'",
         f"<i style='{RTL};float:right'>", "<style>.c::before{content:'x'}</style>",
         "<style>.c{order:2}", "<span style='flex-direction:row-reverse'>", "float:", "float:", "float:"]
    )
)  # fmt: skip


@given(PIECES)
def test_any_markup_is_read(pieces):
    _read("".join(pieces))


@pytest.mark.parametrize(
    "piece",
    [
        "<bdo dir=rtl>",
        "<i style='order:1'>a</i>",
        "<b class=c>a",
        "<span style='display:inline-flex;order:1'>",
    ],
)
def test_a_page_of_nothing_else_takes_no_time(piece):
    started = time.process_time()
    _read(piece * (300_000 // len(piece)) + "inline-flex", ".c::before{content:'x'}.c{order:1}" * 300)
    assert time.process_time() - started < 4
