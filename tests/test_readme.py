"""What the README says is what happens: its commands, its output, its tables."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from blocklist.public.measured import measured

pytestmark = pytest.mark.edge

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def command_after(mark: str) -> str:
    """The shell command in the block that follows ``<!-- mark -->``."""
    found = re.search(rf"<!-- {mark} -->\n```sh\n(.+?)\n```", README, re.DOTALL)
    assert found, f"README.md has no block marked {mark}"
    return found[1]


def test_the_demo_command_sets_up_and_runs():
    assert command_after("demo command") == (
        "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/linkgazette demo"
    )


def test_ci_runs_the_test_command_of_the_readme():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert script[-1] == f"exec {command_after('test command')}"


def test_tables_and_demo_output_are_what_the_program_prints_now():
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "--diff", "-I", "tests", "README.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    cure = "bring it up to date with: .venv/bin/python -m cogapp -r -I tests README.md"
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}\n{cure}"


def test_the_number_of_tests_that_it_shows_is_about_right(request: pytest.FixtureRequest):
    shown = re.search(r"^(\d+) passed", README, re.MULTILINE)
    assert shown
    collected = request.session.testscollected
    if collected < int(shown[1]) / 2:
        pytest.skip("only a part of the tests was asked for")
    assert 0.9 * collected <= int(shown[1]) <= 1.1 * collected


def test_the_share_report_that_it_shows_is_taken_in(tmp_path: Path):
    shown = re.search(r"```json\n(.+?)\n```", README, re.DOTALL)
    assert shown
    (tmp_path / "shares.jsonl").write_text(shown[1] + "\n", encoding="utf-8")
    ran = subprocess.run(
        [Path(sys.executable).parent / "linkgazette", "intake", "shares.jsonl", "--json", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert '"accepted":1' in ran.stdout


def test_its_figures_of_the_judge_are_those_that_the_site_publishes():
    """The site told .65 of the offers listed while this table said .60: hence this."""
    told = measured()
    wrong = {each.what: (each.wrong, each.of) for each in told.errors}
    innocent, alike = wrong["innocent"], wrong["look-alikes"]
    rows = rf"{innocent[1]:,} innocent rows \({alike[1]:,} of them look-alikes\)"
    for said in (
        rf"\| wrongly listed, {rows} \| {innocent[0]} ",
        rf"\| precision of \*listed\* \| .*, n = {wrong['listed'][1]:,} \|",
        rf"\| offers listed / .* \| {told.listed:.2f} / {told.seen:.2f} of {told.offers:,} \|",
        rf"\| own pages, .* innocents published \| {wrong['blind'][0]} of {wrong['blind'][1]} \(",
    ):
        assert re.search(said, README), said
    assert round(told.listed, 2) == round(wrong["listed"][1] / told.offers, 2)
