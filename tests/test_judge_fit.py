"""Fitting the score and saying whether a confidence means what it says, on samples made up here."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from blocklist.policy import load_policy
from crawler.commands.evaluate import evaluate
from crawler.judge.calibration import Calibration
from crawler.judge.fit import Sample, confidence, fit, leave_out, measure

POLICY = load_policy(None)
START = POLICY.score.values


def sample(*, positive: bool, source: str = "made-up", **sums: float) -> Sample:
    return Sample(
        source=source, category="medicines", positive=positive, sums=dict.fromkeys(START, 0.0) | sums
    )


OFFERS = [sample(positive=True, goods=2 + n % 3, beside=3, unlawful=2) for n in range(20)]
REPORTS = [sample(positive=False, goods=2 + n % 3, beside=3, excuse=4, title=1) for n in range(20)]


def test_the_fit_parts_offers_from_reports_better_than_before():
    numbers = fit([*OFFERS, *REPORTS], START)
    before = [confidence(one, START) for one in (OFFERS[0], REPORTS[0])]
    after = [confidence(one, numbers) for one in (OFFERS[0], REPORTS[0])]
    assert after[0] - after[1] > before[0] - before[1]
    assert numbers == fit([*OFFERS, *REPORTS], START)


def test_evidence_for_an_offer_never_speaks_against_it():
    numbers = fit([*OFFERS, *REPORTS], START)
    assert all(number >= 0 for name, number in numbers.items() if name != "bias")
    assert numbers.keys() == START.keys()


def test_numbers_without_evidence_stay_where_they_were():
    assert fit([*OFFERS, *REPORTS], START)["quantity"] == START["quantity"]


def test_what_is_left_out_is_what_is_measured():
    other = [sample(positive=True, source="other", goods=3, beside=4, unlawful=2) for _ in range(5)]
    rows = list(leave_out([*OFFERS, *REPORTS, *other], POLICY, lambda one: one.source, least=10))
    assert [(row.name, row.positives, row.negatives) for row in rows] == [("made-up", 20, 20)]


def test_thresholds_are_those_of_the_category():
    said = measure("x", [*OFFERS, *REPORTS], POLICY, dict.fromkeys(START, 0.0) | {"bias": 30.0})
    assert (said.seen, said.listed, said.accused) == (1.0, 1.0, 20)


def test_confidence_that_keeps_its_word_has_no_distance():
    told = Calibration()
    for number in range(10):
        told.add(0.8, positive=number < 8)
    told.add(0.0, positive=True)
    report = told.report()
    assert report["rows"] == 10
    assert report["expected_error"] == pytest.approx(0, abs=1e-9)
    assert report["bins"][8] == {"from": 0.8, "rows": 10, "confidence": 0.8, "contraband": 0.8}


def test_nothing_named_is_nothing_to_calibrate():
    assert Calibration().report()["expected_error"] is None


def rows(tmp_path: Path, texts: list[tuple[str, str]]) -> Path:
    file = tmp_path / "rows.jsonl"
    file.write_text(
        "\n".join(
            json.dumps({"id": f"{n:02x}", "label": label, "category": "medicines", "text": text})
            for n, (label, text) in enumerate(texts)
        )
    )
    return file


def test_the_command_prints_a_score_for_the_policy_file(tmp_path: Path):
    corpus = rows(
        tmp_path,
        [("contraband", "Viagra and xanax without prescription, order now, fast delivery, $90")] * 3
        + [
            (
                "benign",
                "Police said xanax and viagra without prescription were for sale; order now, they wrote.",
            )
        ]
        * 3,
    )
    said = CliRunner().invoke(evaluate, [str(corpus), "--fit"], obj=tmp_path)
    assert said.exit_code == 0, said.output
    assert said.output.startswith("[score]\nbias = ")
    report = json.loads(CliRunner().invoke(evaluate, [str(corpus), "--fit", "--json"], obj=tmp_path).output)
    assert report["score"].keys() == START.keys()


def test_rows_of_one_label_cannot_be_fitted(tmp_path: Path):
    corpus = rows(tmp_path, [("benign", "Nothing is for sale here.")])
    said = CliRunner().invoke(evaluate, [str(corpus), "--fit"], obj=tmp_path)
    assert "both labels" in str(said.exception)
