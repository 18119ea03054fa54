"""The policy: what its files must say, in whose words an error speaks, what counts as the same policy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.errors import PolicyError
from blocklist.model import Role
from blocklist.policy import DEFAULT_POLICY, Signal, Term, TermKind, diff, load_policy

FOURTEEN = {
    "adult", "controlled-drugs", "controlled-weapons", "counterfeit-goods", "counterfeit-money",
    "fake-documents", "gambling", "health-products", "illegal-credit", "illegal-tools", "medicines",
    "personal-data", "tobacco", "wildlife",
}  # fmt: skip

CATEGORY = """\
id = "bent-spoons"
kind = "goods"
clause = "X-1"
grade = 2
jurisdiction = { en = "Nowhere.", zh = "无处。" }
[title]
en = "Bent spoons"
zh = "弯勺子"
[summary]
en = "Spoons sold bent."
zh = "出售弯勺子。"
[goods]
en = ["bent spoons"]
zh = ["弯勺子"]
[thresholds]
publish = 0.9
review = 0.5
reason = "Spoons are rarely bent by accident."
[[terms]]
id = "spoon"
kind = "goods"
weight = 3
en = ["bent spoon"]
zh = ["弯勺子"]
[[offers]]
id = "bending"
weight = 1
en = ["we bend"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A policy of one category beside the default's main file."""
    shutil.copy(DEFAULT_POLICY / "policy.toml", tmp_path)
    (tmp_path / "bent-spoons.toml").write_text(CATEGORY, encoding="utf-8")
    return tmp_path


def test_the_default_policy_holds_the_fourteen_categories() -> None:
    assert set(load_policy(None).categories) == FOURTEEN


def test_words_of_the_default_policy_say_what_they_mean_in_both_languages() -> None:
    """But amounts and names of shops, of which the kind says it all, and what stands in no evidence."""
    policy = load_policy(None)
    told: list[tuple[str, Term | Signal]] = [("policy", one) for one in (*policy.offers, *policy.excuses)]
    for category in policy.categories.values():
        told += [(category.id, one) for one in (*category.offers, *category.aggravating, *category.excuses)]
        silent = (TermKind.QUANTITY, TermKind.NAME)
        told += [(category.id, one) for one in category.terms if one.kind not in silent]
    assert [f"{where} {one.id}" for where, one in told if not {"en", "zh"} <= one.gloss.keys()] == []


def test_a_gloss_in_one_language_alone_is_refused(folder: Path) -> None:
    path = folder / "bent-spoons.toml"
    path.write_text(
        CATEGORY.replace('id = "spoon"', 'id = "spoon"\ngloss = { en = "spoons" }'), encoding="utf-8"
    )
    with pytest.raises(PolicyError, match=r"bent-spoons\.toml.*\"zh\" is missing"):
        load_policy(folder)


def test_a_reworded_gloss_is_a_change_that_a_person_can_read(folder: Path) -> None:
    old = load_policy(folder)
    path = folder / "bent-spoons.toml"
    gloss = 'gloss = { en = "spoons", zh = "勺子" }'
    path.write_text(CATEGORY.replace('id = "spoon"', f'id = "spoon"\n{gloss}'), encoding="utf-8")
    found = {(one.place, one.old, one.new) for one in diff(old, load_policy(folder))}
    assert found == {
        ("bent-spoons terms/spoon gloss en", "", "spoons"),
        ("bent-spoons terms/spoon gloss zh", "", "勺子"),
    }


@pytest.mark.parametrize("name", sorted(FOURTEEN))
def test_every_default_category_speaks_english_and_chinese_and_says_what_it_is(name: str) -> None:
    category = load_policy(None).categories[name]
    for text in (category.title, category.summary, category.jurisdiction, category.goods):
        assert {"en", "zh"} <= set(text)
    assert category.clause.startswith("LG-")
    assert 1 <= category.grade <= 4
    assert 0 < category.review <= category.publish < 1
    assert category.reason
    words = [word for term in category.terms if term.kind is not TermKind.QUANTITY for word in term.words]
    assert any(word.isascii() for word in words)
    assert any(not word.isascii() for word in words)


def test_clauses_are_unique() -> None:
    clauses = [category.clause for category in load_policy(None).categories.values()]
    assert len(set(clauses)) == len(clauses)


def test_repetition_counts_within_a_window_and_a_first_link_always() -> None:
    for rung in load_policy(None).ladder:
        alone = rung.min_links == rung.min_sharers == 1
        # What a message holds is no history, and does not grow old.
        assert (rung.days is None) == (alone or rung.subject == "content")


def test_the_ladder_knows_sellers_forwarders_and_groups() -> None:
    ladder = load_policy(None).ladder
    assert {(rung.subject, rung.role) for rung in ladder} == {
        ("account", Role.SELLER),
        ("account", Role.FORWARDER),
        ("group", None),
        ("content", Role.SELLER),
        ("content", Role.FORWARDER),
        ("link", None),
    }
    assert {rung.step for rung in ladder if rung.subject == "account"} == {"warn", "limit", "close"}
    assert {rung.step for rung in ladder if rung.subject == "group"} == {"restrict", "close"}
    assert {rung.step for rung in ladder if rung.subject == "content"} == {"hide", "delete"}
    assert {rung.step for rung in ladder if rung.subject == "link"} == {"warn", "block", "purge"}


def test_a_folder_of_ones_own_loads(folder: Path) -> None:
    policy = load_policy(folder)
    assert list(policy.categories) == ["bent-spoons"]
    assert policy.categories["bent-spoons"].terms[0].words == ("bent spoon", "弯勺子")


def _edit(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


ERRORS: list[tuple[Callable[[str], str], str]] = [
    (_edit("grade = 2", "grade = 5"), 'bent-spoons.toml line 4: "grade" must be a number from 1 to 4'),
    (_edit("grade = 2", "grade = 2.5"), 'bent-spoons.toml line 4: "grade" must be a whole number'),
    (_edit("grade = 2", 'grade = "2"'), 'bent-spoons.toml line 4: "grade" must be a number from 1 to 4'),
    (_edit("grade = 2", "grade = 2\ncolour = 1"), 'bent-spoons.toml line 5: "colour" is not known here'),
    (_edit('kind = "goods"\nclause', 'kind = "opinion"\nclause'),
     'bent-spoons.toml line 2: "kind" must be one of goods, service'),
    (_edit('clause = "X-1"\n', ""), 'bent-spoons.toml: "clause" is missing; add it'),
    (_edit('zh = "弯勺子"\n[summary]', "[summary]"), 'bent-spoons.toml line 6: "zh" is missing'),
    (_edit("publish = 0.9", "publish = 0.4"), 'bent-spoons.toml line 16: "publish" must be a number'),
    (_edit("review = 0.5", "review = 0.95"), 'bent-spoons.toml line 15: "review" is above "publish"'),
    (_edit('reason = "Spoons are rarely bent by accident."\n', ""),
     'bent-spoons.toml line 15: "reason" is missing'),
    (_edit("weight = 3", "weight = 30"), 'bent-spoons.toml line 22: "weight" must be a number'),
    (_edit("weight = 3", "weight = true"), 'bent-spoons.toml line 22: "weight" must be a number'),
    (_edit('kind = "goods"\nweight', 'kind = "sort"\nweight'),
     'bent-spoons.toml line 21: "kind" must be one of goods, slang, brand, quantity, name'),
    (_edit('kind = "goods"\nweight', 'kind = "quantity"\nweight'), "bent-spoons.toml: has no goods"),
    (_edit('en = ["bent spoon"]', 'en = ["bent spoon", "bent spoon"]'),
     "bent-spoons.toml line 23: \"en\" holds 'bent spoon' twice"),
    (_edit('en = ["bent spoon"]', "en = [3]"), 'bent-spoons.toml line 23: "en" holds 3'),
    (_edit('en = ["bent spoon"]', 'en = "bent spoon"'), 'bent-spoons.toml line 23: "en" must be a list'),
    (_edit('en = ["bent spoon"]\nzh = ["弯勺子"]', ""), "bent-spoons.toml line 19: has no words"),
    (_edit('id = "bending"', 'id = "bending"\nunless_licensed = true'),
     'bent-spoons.toml line 26: "unless_licensed" says when "unlawful" does not hold'),
    (_edit('id = "bending"', 'id = "Bending!"'), 'bent-spoons.toml line 26: "id" is \'Bending!\''),
    (_edit("[[terms]]", "[terms]"), 'bent-spoons.toml line 19: "terms" must be written [[terms]]'),
    (_edit('id = "bent-spoons"', 'id = "spoons"'),
     "bent-spoons.toml line 1: \"id\" is 'spoons' in bent-spoons.toml"),
    (_edit("grade = 2", "grade = = 2"), "bent-spoons.toml: Invalid value (at line 4"),
    (lambda text: text + '[[offers]]\nid = "bending"\nweight = 1\nen = ["x"]\n',
     "bent-spoons.toml line 30: \"id\" 'bending' is used twice in [[offers]]"),
    (lambda text: text + '[[aggravating]]\nid = "worse"\nweight = 1\ngrade = 9\nen = ["x"]\n',
     'bent-spoons.toml line 32: "grade" must be a number from 0 to 3'),
    (lambda text: text + '[[excuses]]\nid = "fork"\nweight = 1\nunlawful = true\nen = ["x"]\n',
     'bent-spoons.toml line 32: "unlawful" is not known here'),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), ERRORS, ids=[str(number) for number in range(len(ERRORS))])
def test_an_error_names_file_line_and_cure(folder: Path, change: Callable[[str], str], said: str) -> None:
    (folder / "bent-spoons.toml").write_text(change(CATEGORY), encoding="utf-8")
    with pytest.raises(PolicyError) as problem:
        load_policy(folder)
    assert str(problem.value).startswith(said)


@pytest.mark.parametrize(
    "name",
    [
        "news-media",
        "fake-news",
        "political-opinion",
        "religion",
        "opposition-party",
        "hate-speech",
        "persons",
    ],
)
def test_a_category_about_opinion_news_politics_faith_or_persons_is_refused(folder: Path, name: str) -> None:
    text = CATEGORY.replace("bent-spoons", name)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match="goods or services for sale and nothing else"):
        load_policy(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goods = ", "goods = -", '"goods" must not be negative'),
        ('subject = "group"', 'subject = "crowd"', '"subject" must be one of account, group'),
        ("min_sharers = 10", "min_links = 10", '"min_sharers" is missing'),
        ("min_sharers = 10", "min_sharers = 10\nmin_links = 1", '"min_links" is not known here'),
        ('step = "restrict"', "step = 3", '"step" must be text in quotes'),
        ('role = "forwarder"', 'role = "reader"', '"role" must be one of seller, forwarder'),
        ("[suppression]", "[supression]", '"suppression" is missing'),
        ('id = "deny"', 'id = "doubt"', '"id" must be one of report, deny, ask, warn, document, lawful'),
        ('id = "deny"', 'id = "report"', "'report' is used twice in [[voices]]"),
        ('listed_languages = ["en"', 'listed_languages = ["English"', "holds 'English'; use a primary tag"),
        (
            'id = "waived"',
            'id = "waved"',
            '"id" must be one of lacking, between, open, waived, insists, no-sale',
        ),
        ('id = "waived"', 'id = "lacking"', "'lacking' is used twice in [[phrases]]"),
        ('id = "open"', 'id = "open"\nweight = 1', '"weight" is not known here'),
    ],
)
def test_the_main_file_is_checked_too(folder: Path, old: str, new: str, said: str) -> None:
    path = folder / "policy.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PolicyError) as problem:
        load_policy(folder)
    assert said in str(problem.value)
    assert "policy.toml" in str(problem.value)


def test_a_folder_that_is_none_or_holds_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="is not a folder"):
        load_policy(tmp_path / "nowhere")
    with pytest.raises(PolicyError, match=r"holds no policy\.toml"):
        load_policy(tmp_path)
    shutil.copy(DEFAULT_POLICY / "policy.toml", tmp_path)
    with pytest.raises(PolicyError, match="holds no category"):
        load_policy(tmp_path)


def test_comments_spaces_and_the_order_of_words_do_not_change_the_digest(folder: Path) -> None:
    before = load_policy(folder).digest
    text = CATEGORY.replace('en = ["bent spoon"]', 'en = [\n  "bent spoon",  # a comment\n]\n')
    (folder / "bent-spoons.toml").write_text("# hello\n" + text, encoding="utf-8")
    assert load_policy(folder).digest == before
    (folder / "bent-spoons.toml").write_text(text.replace("weight = 3", "weight = 2"), encoding="utf-8")
    assert load_policy(folder).digest != before


def test_guards_are_no_category(folder: Path) -> None:
    (folder / "guards.toml").write_text("anything = 1\n", encoding="utf-8")
    assert list(load_policy(folder).categories) == ["bent-spoons"]


def test_a_difference_names_the_place_what_went_and_what_came(folder: Path, tmp_path: Path) -> None:
    before = load_policy(folder)
    text = CATEGORY.replace('"bent spoon"', '"crooked spoon"').replace("publish = 0.9", "publish = 0.95")
    (folder / "bent-spoons.toml").write_text(text, encoding="utf-8")
    changes = {change.place: (change.old, change.new) for change in diff(before, load_policy(folder))}
    assert changes == {
        "bent-spoons publish": ("0.9", "0.95"),
        "bent-spoons terms/spoon words": ("bent spoon", "crooked spoon"),
    }
    assert diff(before, before) == ()
    whole = diff(before, load_policy(None))
    assert ("bent-spoons", "category", "") in {(one.place, one.old, one.new) for one in whole}


@pytest.mark.long
@given(st.text(max_size=400))
def test_any_text_as_a_category_is_refused_in_one_line_or_loads(text: str) -> None:
    import tempfile  # noqa: PLC0415 - hypothesis calls this often; a fixture would be shared between calls

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(DEFAULT_POLICY / "policy.toml", folder)
        (folder / "spoons.toml").write_text(text, encoding="utf-8", errors="replace")
        with pytest.raises(PolicyError) as problem:
            load_policy(folder)
        assert "spoons.toml" in str(problem.value)
