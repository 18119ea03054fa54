"""``evaluate``: figures that say how sure they are, false accusations by name, broken rows apart."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.errors import InputError, RowError, TroubleError
from blocklist.policy import load_policy
from crawler.commands.corpus import zstd
from crawler.commands.evaluate import evaluate
from crawler.judge.counts import MIN_ROWS, Counts, rate
from crawler.judge.measure import MISSES, Measure
from crawler.judge.rows import is_even, parse_row
from crawler.judge.sites import bounds
from tests.stored_pages import small_policy

OFFER = "Buy cocaine online, 1 g $80, stealth shipping worldwide, order now on Telegram, Bitcoin accepted."
NEWS = "Police said that officers seized cocaine in the harbour; two men were arrested and charged."
TEA = "Green tea from the hills, picked by hand in spring and dried in the sun."


def row(number: int, text: str, label: str, **more: object) -> dict[str, object]:
    return {
        "id": f"r{number}",
        "lang": "en",
        "kind": "ad",
        "label": label,
        "category": "controlled-drugs" if label == "contraband" else None,
        "hard_negative": text == NEWS,
        "hn_kind": "crime-news" if text == NEWS else None,
        "title": "",
        "text": text,
        "cluster": f"{number:x}",
        "source": "ours",
    } | more


ROWS = [
    *(row(number, OFFER, "contraband") for number in range(60)),
    *(row(number, NEWS, "benign") for number in range(60, 120)),
    *(row(number, TEA, "benign") for number in range(120, 130)),
]


def write(path: Path, rows: Iterable[object]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in rows))
    return path


def run(workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        evaluate, arguments, obj=workspace, catch_exceptions=False, standalone_mode=False
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    path = tmp_path / "workspace"
    small_policy(path)
    return path


def test_the_report_counts_and_says_how_sure_it_is(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    before = sorted(workspace.rglob("*"))
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    total = report["total"]
    assert report["rows"] == 130
    assert (total["positives"], total["negatives"], total["listed"], total["benign_listed"]) == (
        60,
        70,
        60,
        0,
    )
    assert total["recall_listed"]["value"] == 1
    assert 0.9 < total["recall_listed"]["low"] < 1
    assert report["hard_negatives_by_kind"]["crime-news"]["false_listed"]["value"] == 0
    assert report["confusion"] == {"benign": {"neither": 70}, "controlled-drugs": {"controlled-drugs": 60}}
    assert set(report["precision_at_prevalence"]) == {"0.01", "0.001"}
    assert report["benign_listed"] == []
    assert sorted(workspace.rglob("*")) == before


def test_few_rows_are_not_measured(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS[:10])
    assert orjson.loads(run(workspace, str(corpus), "--json").output)["total"]["recall_listed"] is None
    assert "not measured" in run(workspace, str(corpus)).output


def test_a_wrong_listing_is_named_with_its_evidence(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", [*ROWS, row(999, OFFER, "benign", hard_negative=True)])
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    assert [one["id"] for one in report["benign_listed"]] == ["r999"]
    assert report["benign_listed"][0]["because"]
    assert "r999" in run(workspace, str(corpus), "--jobs", "1").output


def test_predictions_are_one_line_per_row(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    target = tmp_path / "predictions.jsonl"
    run(workspace, str(corpus), "--predictions", str(target), "--jobs", "1")
    lines = [orjson.loads(line) for line in target.read_bytes().splitlines()]
    assert [line["id"] for line in lines] == [one["id"] for one in ROWS]
    assert set(lines[0]) == {"id", "label", "category", "confidence", "listed", "review"}
    assert lines[0]["listed"]
    assert not lines[0]["review"]
    with pytest.raises(TroubleError, match="cannot be written"):
        run(workspace, str(corpus), "--predictions", str(tmp_path / "no" / "where"))


@pytest.mark.edge
def test_a_packed_corpus_and_two_processes_say_the_same(workspace: Path, tmp_path: Path) -> None:
    plain = write(tmp_path / "rows.jsonl", ROWS)
    packed = tmp_path / "rows.jsonl.zst"
    packed.write_bytes(zstd.compress(plain.read_bytes()))
    one = orjson.loads(run(workspace, str(plain), "--json", "--jobs", "1").output)
    two = orjson.loads(run(workspace, str(packed), "--json", "--jobs", "2").output)
    assert one.pop("corpora") == ["rows.jsonl"]
    assert two.pop("corpora") == ["rows.jsonl.zst"]
    assert one == two


def test_rows_that_cannot_be_used_are_reported_and_the_rest_is_kept(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", [*ROWS, {"id": "x"}, {"label": "benign"}, [1]])
    corpus.write_bytes(corpus.read_bytes() + b"{broken\n\n")
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    assert report["rows"] == 130
    assert [error["line"] for error in report["rejected"]] == [131, 132, 133, 134]
    assert "rows that could not be used: 4" in run(workspace, str(corpus), "--jobs", "1").output


def test_a_corpus_that_is_none_says_so(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        run(workspace, str(tmp_path / "nowhere.jsonl"))
    with pytest.raises(InputError, match="holds no labelled row"):
        run(workspace, str(write(tmp_path / "empty.jsonl", [])))
    broken = tmp_path / "broken.jsonl.zst"
    broken.write_bytes(b"no zstandard at all, and long enough to be looked at")
    with pytest.raises(InputError, match="is no Zstandard file"):
        run(workspace, str(broken))


def test_a_packed_corpus_that_is_cut_off_gives_no_figures(workspace: Path, tmp_path: Path) -> None:
    whole = zstd.compress(write(tmp_path / "rows.jsonl", ROWS).read_bytes())
    (tmp_path / "part.jsonl.zst").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="is cut off"):
        run(workspace, str(tmp_path / "part.jsonl.zst"), "--jobs", "1")


def test_the_corpus_is_never_written_over(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    before = corpus.read_bytes()
    with pytest.raises(InputError, match="is the corpus itself"):
        run(workspace, str(corpus), "--predictions", str(corpus))
    assert corpus.read_bytes() == before


def test_predictions_of_an_earlier_run_stay_when_this_one_has_none(workspace: Path, tmp_path: Path) -> None:
    kept = tmp_path / "predictions.jsonl"
    kept.write_text("earlier")
    with pytest.raises(InputError, match="holds no labelled row"):
        run(workspace, str(write(tmp_path / "empty.jsonl", [])), "--predictions", str(kept))
    assert [path.name for path in tmp_path.glob("*pred*")] == ["predictions.jsonl"]
    assert kept.read_text() == "earlier"


def test_folds_part_the_rows_by_their_cluster(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    halves = [
        orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1", "--folds", half).output)["rows"]
        for half in ("even", "odd")
    ]
    assert halves == [65, 65]


def test_recall_of_pages_is_averaged_over_sites(workspace: Path, tmp_path: Path) -> None:
    seen = f"<html><body><h1>Shop</h1><p>{OFFER}</p></body></html>"
    unseen = f"<html><body><h1>Shop</h1><p>{TEA}</p></body></html>"
    corpus = write(
        tmp_path / "rows.jsonl",
        [
            *(row(number, "", "contraband", html=seen, site="big") for number in range(9)),
            row(9, "", "contraband", html=unseen, site="small"),
        ],
    )
    report = orjson.loads(run(workspace, str(corpus), "--json").output)
    pages = report["pages_by_site"]["en"]
    assert (pages["sites"], pages["pages"], pages["recall_listed_or_review"]) == (2, 10, 0.5)
    assert [one["id"] for one in report["missed"]] == ["r9"]


def test_several_corpora_are_measured_together(workspace: Path, tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.jsonl", ROWS[:60]), write(tmp_path / "b.jsonl", [*ROWS[60:], [1]])
    report = orjson.loads(run(workspace, str(first), str(second), "--json", "--jobs", "1").output)
    assert (report["rows"], report["corpora"]) == (130, ["a.jsonl", "b.jsonl"])
    assert report["rejected"][0] | {"error": ""} == {"file": "b.jsonl", "line": 71, "error": ""}


def test_categories_without_rows_are_not_measured_on_real_data(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    assert report["not_measured"] == {}
    said = run(workspace, str(write(tmp_path / "few.jsonl", ROWS[:10])), "--jobs", "1").output
    assert "not measured on real data (contraband rows): controlled-drugs (10)" in said
    assert Measure(load_policy(None).categories).report()["not_measured"]["wildlife"] == 0


def test_what_is_printed_quotes_no_row(workspace: Path, tmp_path: Path) -> None:
    odd = "Zanzibarian Quux"
    rows = [
        *ROWS,
        row(999, f"{odd}. {OFFER}", "benign", title=odd),
        row(998, f"{odd} likes tea.", "contraband", title=odd, category="tobacco"),
    ]
    corpus, page = write(tmp_path / "rows.jsonl", rows), tmp_path / "report.html"
    said = run(workspace, str(corpus), "--jobs", "1", "--report", str(page)).output
    assert "r999" in said
    assert "r998" in said
    assert "Quux" not in said + run(workspace, str(corpus), "--jobs", "1", "--json").output
    assert page.read_text(encoding="utf-8").count("Quux") >= 2


def test_misses_are_counted_by_source_and_some_are_named(workspace: Path, tmp_path: Path) -> None:
    unseen = [row(200 + number, TEA, "contraband", source="hidden") for number in range(20)]
    corpus = write(tmp_path / "rows.jsonl", [*ROWS, *unseen])
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    assert report["misses_by_source"] == {"hidden": 20}
    assert len(report["missed"]) == MISSES
    assert report["confusion"]["controlled-drugs"] == {"controlled-drugs": 60, "neither": 20}


def test_curves_add_up(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    sizes = {name: sum(bins) for name, bins in report["histogram"].items()}
    assert sizes == {"contraband": 60, "hard_negative": 60, "benign": 10}
    assert report["curve"][0]["recall"] == 1
    assert report["curve"][0]["wrong"] == 70
    assert report["curve"][-1]["recall"] <= report["curve"][0]["recall"]


def test_leaving_out_says_what_the_rest_would_find(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1", "--leave-out").output)
    (source,) = report["left_out"]["source"]
    assert (source["name"], source["rows"]) == ("ours", 60)
    assert 0 <= source["recall_listed"] <= source["recall"] <= 1
    assert (
        "a score fitted without the source"
        in run(workspace, str(corpus), "--jobs", "1", "--leave-out").output
    )


# --- the gate -------------------------------------------------------------------------------------------


def gate(workspace: Path, corpus: Path, bar: Path | str) -> tuple[int, str]:
    done = CliRunner().invoke(
        evaluate, [str(corpus), "--jobs", "1", "--gate", str(bar)], obj=workspace, catch_exceptions=False
    )
    return done.exit_code, done.output


def test_the_gate_keeps_a_bar_and_refuses_to_sink_below(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", [*ROWS, row(999, OFFER, "benign", hard_negative=True)])
    bar = tmp_path / "floors.toml"
    bar.write_text("[at_most]\nhard_negatives_listed = 1\n[at_least.categories]\ncontrolled-drugs = 0.9\n")
    code, said = gate(workspace, corpus, bar)
    assert code == 0
    assert "floor hard_negatives_listed: 1 (at most 1): kept" in said
    assert "floor categories controlled-drugs: 1 (at least 0.9): kept" in said
    bar.write_text("[at_most]\nhard_negatives_listed = 0\n[at_least.pages]\nen = 0.9\n")
    code, said = gate(workspace, corpus, bar)
    assert code == 1
    assert "floor hard_negatives_listed: 1 (at most 0): MISSED" in said
    assert "floor pages en: (at least 0.9): not measured" in said


def test_the_shared_bar_comes_with_the_program(workspace: Path, tmp_path: Path) -> None:
    code, said = gate(workspace, write(tmp_path / "rows.jsonl", ROWS), "shared")
    assert code == 0
    assert "floor hard_negatives_listed: 0 (at most 2): kept" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[at_most]\nbeauty = 1\n", r"floors\.toml line 2: beauty is no figure of \[at_most\]"),
        ("[at_least]\nprecision_listed = true\n", r"line 2: precision_listed must be a number"),
        ("[pages]\nen = 1\n", r"line 1: \[pages\] is not known"),
        ("", r"floors\.toml: names no floor"),
        ("[at_least.pages]\nen = 0.9\n", "no floor of the bar is measured"),
    ],
)
def test_a_bar_that_cannot_be_used_says_where(workspace: Path, tmp_path: Path, text: str, said: str) -> None:
    bar = tmp_path / "floors.toml"
    bar.write_text(text)
    corpus = write(tmp_path / "rows.jsonl", ROWS)
    with pytest.raises(InputError, match=said):
        gate(workspace, corpus, bar)


# --- the page -------------------------------------------------------------------------------------------


def test_the_page_is_whole_safe_and_for_its_owner_only(workspace: Path, tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    rows = [
        *ROWS,
        row(999, OFFER, "benign", title=evil, source=evil, hard_negative=True, hn_kind=evil),
        row(998, "", "contraband", html=f"<p>{OFFER}</p>", site=evil, category=evil),
    ]
    corpus, page = write(tmp_path / "rows.jsonl", rows), tmp_path / "report.html"
    run(workspace, str(corpus), "--jobs", "1", "--report", str(page), "--gate", "shared", "--leave-out")
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"(?:src|href)=\"(?!#)|url\(|@import", text), "nothing is fetched"
    assert page.stat().st_mode & 0o077 == 0
    Checked().feed(text)
    assert [path.name for path in tmp_path.glob(".*")] == []


class Checked(HTMLParser):
    """Every element is closed in its turn, every plot has a name, every link leads somewhere on the page."""

    VOID = frozenset({"meta", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "svg":
            assert dict(attrs).get("aria-label")
        if tag not in self.VOID or (
            tag in {"circle", "rect"} and not self.get_starttag_text().endswith("/>")
        ):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_of_nothing_found_is_whole_too(workspace: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    run(workspace, str(write(tmp_path / "r.jsonl", ROWS[-3:])), "--report", str(page))
    Checked().feed(page.read_text(encoding="utf-8"))
    with pytest.raises(TroubleError, match="cannot be written"):
        run(workspace, str(tmp_path / "r.jsonl"), "--report", str(tmp_path / "no" / "where"))
    with pytest.raises(InputError, match="is the corpus itself; choose another --report"):
        run(workspace, str(tmp_path / "r.jsonl"), "--report", str(tmp_path / "r.jsonl"))


def test_the_bounds_of_a_mean_over_sites_hold_it() -> None:
    low, high = bounds([0.0, 1.0, 1.0, 0.5, 1.0])
    assert 0 <= low < 0.7 < high <= 1
    assert bounds([1.0]) == (0.0, 1.0)
    assert bounds([0.0, 1.0]) == bounds([0.0, 1.0])


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(0, 100, 0.0, 0.037), (100, 100, 0.963, 1.0), (50, 100, 0.404, 0.596)]
)
def test_wilson_intervals(hits: int, n: int, low: float, high: float) -> None:
    found = rate(hits, n)
    assert found is not None
    assert found["low"] == pytest.approx(low, abs=0.001)
    assert found["high"] == pytest.approx(high, abs=0.001)
    assert rate(hits, MIN_ROWS - 1) is None


def test_empty_counts_have_no_rates() -> None:
    assert Counts().figures()["recall_listed"] is None


@pytest.mark.parametrize(("cluster", "even"), [("a2", True), ("a3", False)])
def test_the_half_of_a_cluster_is_its_hash(cluster: str, even: bool) -> None:
    assert is_even(cluster) is even
    assert is_even("not hex") in {True, False}


@pytest.mark.parametrize("line", [b"1", b"{", b"{}", b'{"label":"benign"}', b'{"label":"maybe","text":"x"}'])
def test_a_row_without_label_or_words_is_refused(line: bytes) -> None:
    with pytest.raises(RowError):
        parse_row(line)
