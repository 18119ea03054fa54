"""Decisions leave the workspace as labelled rows that `evaluate` reads, without contact, name or address."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.commands.review import review
from blocklist.errors import InputError, TroubleError
from blocklist.store import open_workspace
from crawler.commands.evaluate import evaluate
from crawler.commands.export import export
from tests.stored_pages import NEWS, OFFER, TEA, crawled

pytestmark = pytest.mark.edge

PAGES = {
    "http://shop.example/": OFFER,
    "http://www.shop.example/b": OFFER.replace("Night Garden", "Write to seller@mail.example"),
    "http://news.example/": NEWS,
    "http://tea.example/": TEA,
}


def run(command: object, workspace: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        command,
        arguments,
        obj=workspace,
        catch_exceptions=False,
        standalone_mode=False,  # type: ignore[arg-type] # any command
    )


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = crawled(tmp_path_factory.mktemp("fresh") / "ws", PAGES)
    for link, word in ((1, "confirm"), (2, "clear"), (4, "clear")):
        run(review, folder, word, str(link), "--reason", "read it", "--by", "somebody")
    return folder


@pytest.fixture
def workspace(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "ws"))


def rows(workspace: Path, *arguments: str) -> list[dict[str, object]]:
    return [
        orjson.loads(line) for line in run(export, workspace, "decisions", *arguments).stdout.splitlines()
    ]


def test_every_decision_becomes_a_row_with_what_the_moderator_saw(workspace: Path) -> None:
    offer, cleared, tea = rows(workspace)
    assert (offer["label"], offer["category"], offer["hard_negative"]) == (
        "contraband",
        "controlled-drugs",
        False,
    )
    assert (cleared["label"], cleared["category"], cleared["hard_negative"]) == ("benign", None, True)
    assert cleared["hn_kind"] == "judged-controlled-drugs"
    assert (tea["label"], tea["hard_negative"], tea["hn_kind"]) == ("benign", False, None)
    assert "Buy cocaine online" in str(offer["text"])
    assert {row["source"] for row in (offer, cleared, tea)} == {"moderators"}
    assert {row["label_basis"] for row in (offer, cleared, tea)} == {"read"}
    assert offer["site"] == cleared["site"] != tea["site"]
    assert offer["lang"] == "en"


def test_contacts_addresses_and_names_stay_here(workspace: Path) -> None:
    said = run(export, workspace, "decisions").stdout
    for word in ("nightgarden88", "seller@mail", "shop.example", "somebody"):
        assert word not in said
    assert "****" in said


def test_the_newest_decision_holds_and_since_leaves_older_ones_out(workspace: Path) -> None:
    run(review, workspace, "clear", "1", "--reason", "a mistake", "--by", "somebody")
    assert [row["label"] for row in rows(workspace)] == ["benign", "benign", "benign"]
    assert rows(workspace, "--since", "2999-01-01") == []
    assert len(rows(workspace, "--since", f"{datetime.now(UTC):%Y-%m-%d}")) == 3


def test_a_page_that_was_not_kept_is_counted(workspace: Path) -> None:
    (workspace / "captures" / "run.warc.gz").unlink()
    done = run(export, workspace, "decisions")
    assert done.stdout == ""
    assert "0 exported, 3 without a page" in done.stderr


def test_the_rows_are_a_corpus_to_measure_and_to_fit_on(workspace: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "decisions.jsonl"
    run(export, workspace, "decisions", "--out", str(corpus))
    assert corpus.stat().st_mode & 0o077 == 0
    report = orjson.loads(run(evaluate, workspace, str(corpus), "--json").output)
    assert (report["rows"], report["total"]["positives"], report["rejected"]) == (3, 1, [])
    assert [one["id"] for one in report["benign_listed"]] == ["decision-2"]
    fitted = orjson.loads(run(evaluate, workspace, str(corpus), str(corpus), "--fit", "--json").output)
    assert fitted["now"]["positives"] == 2


def test_what_is_exported_is_what_was_judged_when_the_moderator_spoke(workspace: Path) -> None:
    crawled(workspace, {"http://tea.example/": OFFER}, run="later")
    with open_workspace(workspace, create=False) as opened:
        newest = opened.verdicts.current(4)
    assert newest is not None
    assert newest.judgement.publishable
    assert "Green tea" in str(rows(workspace)[2]["text"])


def test_a_folder_is_no_file_to_write(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for out in (".", "/", str(tmp_path)):
        with pytest.raises(InputError, match="is a folder; name a file in it"):
            run(export, workspace, "decisions", "--out", out)


def test_a_file_that_cannot_be_written_is_trouble(workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(TroubleError, match="choose another --out"):
        run(export, workspace, "decisions", "--out", str(tmp_path / "no" / "where"))
