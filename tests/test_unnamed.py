"""Words of a page that are kept name nobody who shared or reported its link."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.model import Evidence, EvidenceKind, Label, Share, Surface
from blocklist.privacy.ids import mask_ids
from blocklist.store import open_workspace
from blocklist.store.rotation import rotate
from blocklist.urls import parse_url
from tests.list_makers import NOW, judgement

IDS = {"member-4711", "u_481", "hall.0815", "4711", "张三丰77"}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask member-4711 now", "ask **** now"),
        ("ask member-4711, or u_481.", "ask ****, or ****."),
        ("(hall.0815)", "(****)"),
        ("id=4711&x", "id=****&x"),
        ("order-4711-x", "order-****-x"),  # a part of a longer word is asked too
        ("找张三丰77购买", "找张三丰77购买"),  # no blanks: where a word ends, nobody can tell
        ("找 张三丰77 购买", "找 **** 购买"),
        ("47112 xmember-47113", "47112 xmember-47113"),
        ("", ""),
    ],
)
def test_a_known_id_is_masked_as_a_word(text, masked):
    assert mask_ids(text, IDS.__contains__) == masked


@given(st.text())
def test_whoever_is_not_known_stays_as_written(text):
    assert mask_ids(text, lambda _: False) == text


@given(st.text("ab.-_ 1中", max_size=20), st.text("ab.-_ 1中", max_size=20))
def test_an_id_between_blanks_never_stays(before, after):
    assert "member-4711" not in mask_ids(f"{before} member-4711 {after}", IDS.__contains__)


@pytest.mark.edge
@pytest.mark.parametrize("kind", ["account", "group", "content", "reporter"])
@pytest.mark.parametrize("rotated", [False, True])
def test_every_kind_of_person_is_found_by_every_key(tmp_path, kind, rotated):
    with open_workspace(tmp_path, create=True) as workspace:
        people = {kind: getattr(workspace.pseudonymiser, kind)("member-4711")}
        url = parse_url("http://shop.example/")
        workspace.shares.add([Share(url=url, surface=Surface.GROUP, **people)], now=NOW)
        workspace.shares.add([Share(url=parse_url("http://other.example/"), surface=Surface.GROUP)], now=NOW)
        if rotated:
            rotate(workspace, by="t", now=NOW)
        said = Evidence(
            rule="x", kind=EvidenceKind.GOODS, category=None, excerpt="by member-4711", weight=1.0
        )
        found = replace(judgement(Label.CONTRABAND), evidence=(said,))
        made, title = workspace.unnamed(1, found, "member-4711's shop")
        assert (made.evidence[0].excerpt, title) == ("by ****", "****'s shop")
        assert workspace.unnamed(2, found, "member-4711") == (found, "member-4711")  # shared by nobody
