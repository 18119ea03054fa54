from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import EvidenceError
from blocklist.policy import load_policy
from blocklist.privacy import Pseudonymiser, contact_spans, mask_contacts
from crawler.commands import passages as stage
from crawler.judge import judge
from crawler.judge.passages import _pieces, passages
from crawler.read import read_page

SHOP = Path(__file__).parents[1] / "crawler/pretend/pages/cash-by-night.example/index.html"
POLICY = load_policy()


def read(body: bytes):
    return read_page(body, content_type="text/html", url=None, pseudonymiser=Pseudonymiser(b"x"))


def test_evidence_is_marked_where_it_stands():
    page = read(SHOP.read_bytes())
    judgement = judge(page, POLICY)
    rules = {each.rule for each in judgement.evidence}
    shown = passages(page, POLICY, judgement.category, rules)
    marked = [piece for block in shown for piece in block.pieces if piece.rule]
    assert {piece.rule for piece in marked} <= rules
    assert {piece.rule.split("/")[1] for piece in marked} >= {"goods", "offer"}
    written = " ".join(block.text for block in page.blocks)
    assert all(piece.text in written for piece in marked)


def test_nothing_is_marked_that_is_no_evidence():
    page = read(SHOP.read_bytes())
    assert all(not piece.rule for block in passages(page, POLICY, "", ()) for piece in block.pieces)


@given(st.text(), st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9))))
def test_pieces_put_together_are_the_text_with_its_contacts_masked(text, marks):
    spans = [(start, min(len(text), start + size), "r") for start, size in marks if start < len(text)]
    assert "".join(piece.text for piece in _pieces(text, spans)) == mask_contacts(text)


@given(st.text())
def test_contact_spans_are_what_masking_masks(text):
    written, at = "", 0
    for start, end in contact_spans(text):
        written += text[at:start] + "****"
        at = end
    assert written + text[at:] == mask_contacts(text)


def test_the_stage_says_why_a_page_cannot_be_shown(tmp_path):
    class Gone:
        archived, failure = None, None

    with pytest.raises(EvidenceError, match="no page is kept"):
        stage.passages_stage(None)(None, Gone())


def test_a_page_is_read_in_a_process_of_its_own():
    found = stage._read(None, SHOP.read_bytes(), "text/html", None, "illegal-credit", frozenset())
    assert any(piece.text for block in found for piece in block.pieces)
