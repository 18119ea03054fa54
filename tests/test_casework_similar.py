"""Cases of one campaign: found as such, taken by one moderator each, decided and undone together."""

import random
import shutil
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.casework.batch import LARGEST, choices, decide_together, undo_together
from blocklist.casework.claims import put_back, take, take_next
from blocklist.casework.decide import Word, decide, note
from blocklist.casework.queue import Wanted, queue, shelves
from blocklist.casework.similar import similar_to
from blocklist.commands.publishing import publish_stage
from blocklist.errors import InputError, RefusedError
from blocklist.likeness import SLOTS, Trait, Traits, alike, bands
from blocklist.model import Action, Label, Scope
from blocklist.privacy import Pseudonymiser
from blocklist.store import open_workspace
from blocklist.store.cases import NoteKind
from crawler.judge.likeness import draw, traits_of
from crawler.read import read_page
from tests.list_makers import NOW, judgement
from tests.list_workspace import visit

pytestmark = pytest.mark.edge

SALE = "fresh cartons from the border no stamp no tax order today we send to every town by night"
WORDS = SALE.split()
PEOPLE = Pseudonymiser(b"k")


def offer(seed, length=120):
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) + str(chance.randrange(40)) for _ in range(length))


def page_of(text, *, footer="", contact=""):
    html = f"<title>t</title><main><p>{text}<p>{contact}</main><footer><p>{footer}</footer>"
    return read_page(html.encode(), content_type="text/html; charset=utf-8", url=None, pseudonymiser=PEOPLE)


def drawn(text, **also):
    made = traits_of(page_of(text, **also), judgement(Label.UNSURE))
    assert made is not None
    return made


# --- sketches -----------------------------------------------------------------------------------------


@given(st.text(max_size=400))
def test_a_sketch_is_of_one_length_and_like_itself(text):
    sketch = draw(text)
    assert len(sketch) in {0, 4 * SLOTS}
    assert alike(sketch, sketch) == bool(sketch)


@given(st.text(min_size=80, max_size=200), st.text(min_size=80, max_size=200))
def test_likeness_has_no_direction_and_is_a_share(one, other):
    left, right = draw(one), draw(other)
    assert alike(left, right) == alike(right, left)
    assert 0 <= alike(left, right) <= 1


@pytest.mark.parametrize(("changed", "least", "most"), [(0, 1, 1), (12, 0.6, 0.95), (60, 0.05, 0.6)])
def test_likeness_falls_with_the_words_that_were_changed(changed, least, most):
    words = offer(1).split()
    for at in range(changed):
        words[at * 2] = f"other{at}"
    assert least <= alike(draw(offer(1)), draw(" ".join(words))) <= most


def test_texts_that_are_alike_meet_in_a_band_and_unlike_ones_do_not():
    one, other = draw(offer(1)), draw(offer(1) + " and a new line at the end of it")
    assert set(bands(one)) & set(bands(other))
    assert not set(bands(one)) & set(bands(draw(offer(2, 200).upper() + "一二三四五六七八九十")))


def test_a_chinese_text_is_compared_as_well():
    text = "本店长期供应免税香烟、货到付款、支持微信下单、量大从优、全国发货、欢迎新老顾客联系咨询。" * 3
    assert alike(draw(text), draw(text.replace("香烟", "卷烟"))) > 0.5
    assert (
        alike(
            draw(text),
            draw("今天天气很好、我们一起去公园散步、然后在湖边的茶馆里坐了一个下午、看书聊天。" * 3),
        )
        < 0.1
    )


def test_clear_pages_are_not_drawn_and_no_contact_is_readable():
    page = page_of(offer(1), contact="telegram: @night_cartons")
    assert traits_of(page, judgement(Label.CLEAR)) is None
    made = traits_of(page, judgement(Label.CONTRABAND))
    assert {kind for kind, _ in made.keys} >= {Trait.TEXT, Trait.CONTACT}
    assert b"night" not in b"".join(key for _, key in made.keys)


# --- a campaign in the store --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """Links 1 to 5 are one campaign, 6 shares its contact only, 7 is of another, 8 is clear."""
    made = {f"http://shop{number}.example/offer": Label.UNSURE for number in range(1, 8)}
    made["http://garden.example/"] = Label.CLEAR
    folder = tmp_path_factory.mktemp("kept") / "ws"
    with open_workspace(folder, create=True) as opened:
        assert opened.pseudonymiser
        visit(opened, made)
        footer = "Night cartons, all rights kept by the house"
        for link in range(1, 6):
            text = f"{offer(1)} shop number {link}"
            opened.traits.keep(link, drawn(text, footer=footer, contact="telegram: @night_cartons"))
        opened.traits.keep(6, drawn(offer(6), contact="telegram: @night_cartons"))
        opened.traits.keep(7, drawn("完全不同的一页、" + offer(7)[::-1]))
    publish_stage(folder, out=folder / "public", now=NOW)
    return folder


@pytest.fixture
def workspace(kept, tmp_path):
    """The campaign, to be decided on."""
    with open_workspace(shutil.copytree(kept, tmp_path / "ws", symlinks=True), create=False) as opened:
        yield opened


LATER = NOW + timedelta(hours=1)


def word(link=1, action=Action.CONFIRM, by="mo", **more):
    return Word(link=link, action=action, category="tobacco", reason="one campaign", by=by, **more)


def test_a_campaign_is_found_with_what_its_cases_have_in_common(workspace):
    found = {one.link.id: one for one in similar_to(workspace, 1)}
    assert set(found) == {2, 3, 4, 5, 6}
    assert found[2].why[:2] == (Trait.CONTACT, Trait.TEXT)
    assert found[2].text > 0.8
    assert found[6].why == (Trait.CONTACT,)
    assert similar_to(workspace, 7) == ()
    assert similar_to(workspace, 8) == ()


def test_traits_come_back_as_they_were_kept_and_go_when_a_page_is_clear(workspace):
    kept = workspace.traits.get(2)
    workspace.traits.keep(2, kept)
    assert workspace.traits.get(2) == kept
    workspace.traits.keep(2, None)
    assert workspace.traits.get(2) is None
    assert 2 not in {one.link.id for one in similar_to(workspace, 1)}


def test_a_batch_puts_each_decision_on_record_and_undoes_them_together(workspace):
    number, size = decide_together(workspace, word(), {1, 2, 3}, now=LATER)
    assert size == 3
    held = [workspace.decisions.current(link) for link in (1, 2, 3)]
    assert [(each.action, each.category, each.reason, each.by, each.scope) for each in held] == [
        (Action.CONFIRM, "tobacco", "one campaign", "mo", None)
    ] * 3
    assert workspace.decisions.current(4) is None
    decide(workspace, word(3, Action.CLEAR, by="sam"), now=LATER)
    done = undo_together(workspace, number, reason="a museum", by="sam", now=LATER)
    assert (done.undone, done.kept) == (2, 1)
    assert workspace.decisions.current(1) is None
    assert workspace.decisions.current(3).action is Action.CLEAR
    with pytest.raises(RefusedError, match="was undone by sam"):
        undo_together(workspace, number, reason="x", by="sam", now=LATER)
    said = [line.action for line in workspace.audit.lines()]
    assert said == ["confirm", "confirm", "confirm", "batch", "clear", "undo"]


@pytest.mark.parametrize(
    ("made", "chosen", "said"),
    [
        ({}, {1, 7}, "case 7 is not like the one on the desk"),
        ({}, {1, 99}, "case 99 is not like"),
        ({}, set(), "choose the cases"),
        ({}, set(range(1, LARGEST + 2)), "at most 40 cases"),
        ({"scope": Scope.DOMAIN}, {1, 2}, "a whole domain"),
    ],
)
def test_what_is_no_campaign_is_not_decided_at_once(workspace, made, chosen, said):
    with pytest.raises(InputError, match=said):
        decide_together(workspace, word(**made), chosen, now=LATER)
    assert not any(workspace.decisions.all())


def test_a_case_that_was_decided_or_is_in_other_hands_stops_the_batch_before_anything_is_said(workspace):
    decide(workspace, word(2, Action.CLEAR, by="sam"), now=LATER)
    take(workspace, 3, by="sam", now=LATER)
    hindrance = {each.link.id: each.hindrance for each in choices(workspace, 1, by="mo", now=LATER)}
    assert hindrance == {
        1: "", 2: "was decided already", 3: "is in the hands of a colleague", 4: "", 5: "", 6: "",
    }  # fmt: skip
    for blocked in (2, 3):
        with pytest.raises(RefusedError, match=f"case {blocked} cannot be decided with others"):
            decide_together(workspace, word(), {1, 4, blocked}, now=LATER)
    assert workspace.decisions.current(4) is None


def test_a_guarded_host_and_an_address_that_may_name_somebody_are_looked_at_by_themselves(tmp_path):
    urls = {
        "http://a.example/offer": Label.UNSURE,
        "https://bit.ly/offer": Label.UNSURE,
        "http://b.example/offer?email=ann@mail.example": Label.UNSURE,
    }
    with open_workspace(tmp_path, create=True) as opened:
        visit(opened, urls)
        for link in (1, 2, 3):
            opened.traits.keep(link, drawn(offer(1)))
        found = {each.link.url: each.hindrance for each in choices(opened, 1, by="mo", now=LATER)}
        assert found["https://bit.ly/offer"] == "asks for a second person"
        assert found["http://b.example/offer?email=ann@mail.example"] == "must be looked at by itself"
        with pytest.raises(RefusedError):
            decide_together(opened, word(), {1, 2}, now=LATER)
        assert not any(opened.decisions.all())


# --- one case, one moderator --------------------------------------------------------------------------


def test_two_moderators_are_never_given_the_same_case(workspace):
    waiting = queue(workspace, now=LATER)
    taken = [
        take_next(workspace, waiting, by=name, senior=False, now=LATER).number
        for name in ("mo", "sam", "ann")
    ]
    assert len(set(taken)) == 3
    again = take_next(workspace, queue(workspace, now=LATER), by="mo", senior=False, now=LATER)
    assert again.number == taken[0]  # still in hand: one at a time


def test_a_claim_runs_out_by_itself_and_keeps_others_from_deciding_until_then(workspace):
    take(workspace, 1, by="mo", now=LATER)
    with pytest.raises(RefusedError, match="case 1 is in the hands of mo until 13:15 UTC"):
        decide(workspace, word(1, by="sam"), now=LATER)
    with pytest.raises(RefusedError):
        note(workspace, workspace.links.get(1), NoteKind.ESCALATE, reason="x", by="sam", now=LATER)
    with pytest.raises(RefusedError):
        take(workspace, 1, by="sam", now=LATER)
    after = LATER + timedelta(minutes=16)
    assert decide(workspace, word(1, by="sam"), now=after).decision.by == "sam"


def test_a_case_may_be_taken_over_on_record_and_given_back(workspace):
    take(workspace, 1, by="mo", now=LATER)
    assert take(workspace, 1, by="sam", now=LATER, over=True).by == "sam"
    assert [(line.by, line.action, line.detail) for line in workspace.audit.lines()] == [
        ("sam", "take-over", "from mo")
    ]
    put_back(workspace, 1, by="mo", now=LATER)
    assert workspace.claims.of(1, now=LATER).by == "sam"
    put_back(workspace, 1, by="sam", now=LATER)
    assert workspace.claims.of(1, now=LATER) is None


def test_a_decision_ends_the_claim(workspace):
    take(workspace, 1, by="mo", now=LATER)
    decide(workspace, word(1), now=LATER)
    assert workspace.claims.held(now=LATER) == {}


def test_another_capture_is_asked_for_and_the_case_waits_for_it(workspace):
    note(workspace, workspace.links.get(1), NoteKind.RECAPTURE, reason="half loaded", by="mo", now=LATER)
    waiting = {each.item.link: each for each in queue(workspace, now=LATER)}
    assert waiting[1].recapture
    assert not waiting[1].is_ready(senior=True)
    (link,) = [each for each in workspace.links.lease("w", now=LATER, limit=10) if each.id == 1]
    assert link.watch.says == ""  # it is read anew, whatever the server says of changes
    workspace.links.give_back("w")
    workspace.database.write("UPDATE links SET last_visit_at = '2026-11-22T14:00:00.000000Z' WHERE id = 1")
    assert workspace.cases.to_recapture() == frozenset()


def test_what_is_escalated_is_given_to_seniors_only(workspace):
    for link in range(1, 8):
        note(workspace, workspace.links.get(link), NoteKind.ESCALATE, reason="hard", by="mo", now=LATER)
    waiting = queue(workspace, now=LATER)
    assert take_next(workspace, waiting, by="mo", senior=False, now=LATER) is None
    assert take_next(workspace, waiting, by="sam", senior=True, now=LATER) is not None


def test_the_queue_is_filtered_by_category_language_and_reason(workspace):
    workspace.traits.keep(7, Traits(lang="zh"))
    waiting = queue(workspace, now=LATER)
    counted = shelves(waiting)
    assert counted["lang"]["zh"] == 1
    assert sum(counted["category"].values()) == len(waiting) == 7
    assert [each.item.link for each in waiting if Wanted(lang="zh").holds(each)] == [7]
    assert not [each for each in waiting if Wanted(lang="zh", category="weapons").holds(each)]


def test_urgency_is_harm_by_reach_by_doubt(workspace):
    first = queue(workspace, now=LATER)[0]
    parts = first.urgency
    assert parts.priority == parts.harm * parts.reach * parts.doubt
    assert parts.harm == 2.0**first.item.grade
