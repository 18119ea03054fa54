"""``evaluate``: figures that say how sure they are, false accusations by name, broken rows apart."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.errors import InputError, RowError, TroubleError
from crawler.commands.corpus import zstd
from crawler.commands.evaluate import evaluate
from crawler.judge.measure import MIN_ROWS, Counts, rate
from crawler.judge.rows import is_even, parse_row

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
    path.mkdir()
    return path


def test_the_report_counts_and_says_how_sure_it_is(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", ROWS)
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
    assert report["confusion"] == {"controlled-drugs": {"controlled-drugs": 60}}
    assert set(report["precision_at_prevalence"]) == {"0.01", "0.001"}
    assert report["benign_listed"] == []
    assert not list(workspace.iterdir())


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


def test_a_packed_corpus_and_two_processes_say_the_same(workspace: Path, tmp_path: Path) -> None:
    plain = write(tmp_path / "rows.jsonl", ROWS)
    packed = tmp_path / "rows.jsonl.zst"
    packed.write_bytes(zstd.compress(plain.read_bytes()))
    one = orjson.loads(run(workspace, str(plain), "--json", "--jobs", "1").output)
    two = orjson.loads(run(workspace, str(packed), "--json", "--jobs", "2").output)
    assert one == two


def test_rows_that_cannot_be_used_are_reported_and_the_rest_is_kept(workspace: Path, tmp_path: Path) -> None:
    corpus = write(tmp_path / "rows.jsonl", [*ROWS, {"id": "x"}, {"label": "benign"}, [1]])
    corpus.write_bytes(corpus.read_bytes() + b"{broken\n\n")
    report = orjson.loads(run(workspace, str(corpus), "--json", "--jobs", "1").output)
    assert report["rows"] == 130
    assert [error["line"] for error in report["errors"]] == [131, 132, 133, 134]
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
    assert [one["id"] for one in report["pages_missed"]] == ["r9"]


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
