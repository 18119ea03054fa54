"""Style sheets read by their words: nothing that hides or orders is passed over."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.read.hidden import hidden_names, hides
from crawler.read.order import _rules
from crawler.read.sheets import selectors, telling_rules
from crawler.read.words import automaton

SAID = [
    "display:none", "DISPLAY : None", "visibility:hidden", "visibility:collapse", "opacity:0", "opacity:.0",
    "font-size:0", "left:-999px", "margin-left : -1234em", "clip:rect(0 0)", "clip-path:inset(50%)",
    "height:0;overflow:hidden", "color:#fff;background:#ffffff", "color:white;background-color:white",
    "color:red", "margin:0", "border:1px", "content:'ab'", "unicode-bidi:bidi-override", "order:3", "ORDER:1",
    "-webkit-order:2", "flex-direction:row-reverse", "/**/order : -2", "left:-\u0663\u0663\u0663px",
]  # fmt: skip
PIECES = [*SAID, "é", "a" * 990, "{", "}", ".a{", "#b {", ".c::before{", "@media x{", "@layer y{", ";", "-1"]
SHEETS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)
RULE = re.compile(r"\{([^{}]{0,1000})\}")


@given(SHEETS)
def test_every_rule_that_holds_a_word_is_read_and_no_other(sheet):
    every = [(rule.start(), rule[1]) for rule in RULE.finditer(sheet)]
    told = list(telling_rules(sheet, automaton(["order", "none"])))
    holding = [(at, said) for at, said in every if "order" in said.lower() or "none" in said.lower()]
    assert told == (holding if sheet.isascii() else every)


@given(st.lists(st.sampled_from(SAID), max_size=3))
def test_what_hides_by_itself_hides_from_a_sheet(said):
    declared = ";".join(said)
    assert hidden_names(f".x{{color:red}} .h {{{declared}}}") == ({".h"} if hides(declared) else frozenset())


@pytest.mark.parametrize("said", ["order:3", "ORDER : -2", "content:'x'", "color:red;order:1"])
@pytest.mark.parametrize("before", ["", "@layer y{", ".border{border:1px} "])
def test_what_orders_is_read_after_anything(before, said):
    place = "::before" if "content" in said else ""
    assert dict(_rules(f"{before}.h{place}{{{said}}}")) == {f".h{place}": said}


def test_selectors_are_those_of_the_rule():
    sheet = ".x{color:red}.a, #b {order:1}"
    assert [name.strip() for name in selectors(sheet, sheet.rindex("{"))] == [".a", "#b"]
