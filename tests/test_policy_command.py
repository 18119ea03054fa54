"""``policy check|show|diff``: an edited policy is checked before it judges anybody."""

import re
import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from blocklist.commands.effects import slim
from blocklist.commands.policy import policy
from blocklist.errors import InputError, PolicyError
from blocklist.listing.evidence import has_two_kinds
from blocklist.policy import DEFAULT_POLICY, load_policy
from tests.list_makers import EXCUSE, GOODS, judgement
from tests.list_makers import OFFER as SELLING
from tests.stored_pages import OFFER, TEA, crawled


def run(workspace: Path, *arguments: str) -> str:
    result = CliRunner().invoke(
        policy, arguments, obj=workspace, catch_exceptions=False, standalone_mode=False
    )
    assert isinstance(result.output, str)
    return result.output


def test_check_says_good_and_makes_nothing(tmp_path: Path) -> None:
    assert "good" in run(tmp_path, "check")
    said = orjson.loads(run(tmp_path, "check", "--json"))
    assert said["digest"] == load_policy(None).digest
    assert len(said["categories"]) == 14
    assert not list(tmp_path.iterdir())


def test_the_configured_policy_is_found_from_a_relative_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "work"
    shutil.copytree(DEFAULT_POLICY, workspace / "mine")
    (workspace / "linkgazette.toml").write_text('[policy]\npath = "mine"\n')
    monkeypatch.chdir(tmp_path)
    assert "good" in run(Path("work"), "check")


def test_check_refuses_with_the_line(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(DEFAULT_POLICY, folder)
    path = folder / "tobacco.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("grade = 2", "grade = 7", 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=r"tobacco\.toml line 4"):
        run(tmp_path, "check", str(folder))


def test_show_speaks_of_all_and_of_one(tmp_path: Path) -> None:
    assert "Tobacco" in run(tmp_path, "show") or "tobacco" in run(tmp_path, "show")
    one = run(tmp_path, "show", "tobacco")
    assert "LG-2.10" in one
    assert "非法烟草" in one
    with pytest.raises(InputError, match="is no category"):
        run(tmp_path, "show", "spoons")


def test_diff_says_what_changed(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    shutil.copytree(DEFAULT_POLICY, folder)
    assert run(tmp_path, "diff", str(DEFAULT_POLICY), str(folder)) == "no difference\n"
    path = folder / "tobacco.toml"
    old = f"{load_policy(None).categories['tobacco'].publish:g}"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"publish = {old}", "publish = 0.999"), encoding="utf-8")
    said = f"tobacco publish\n  - {old}\n  + 0.999\n"
    assert run(tmp_path, "diff", str(DEFAULT_POLICY), str(folder)) == said
    said = orjson.loads(run(tmp_path, "diff", "--json", str(DEFAULT_POLICY), str(folder)))
    assert said["changes"] == [{"place": "tobacco publish", "old": old, "new": "0.999"}]
    assert said["effects"] is None


def edited(folder: Path, workspace: Path, old: str, new: str) -> Path:
    shutil.copytree(workspace / "policy", folder)
    path = folder / "controlled-drugs.toml"
    text, count = re.subn(old, new, path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count
    path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.edge
def test_diff_says_what_an_edit_would_do_to_stored_pages_and_stores_nothing(tmp_path: Path) -> None:
    workspace = crawled(tmp_path / "ws", {"http://shop.example/": OFFER, "http://tea.example/": TEA})
    before = (workspace / "linkgazette.db").read_bytes()
    strict = edited(tmp_path / "strict", workspace, r"^publish = .*", "publish = 1.0")
    said = orjson.loads(run(workspace, "diff", "--json", str(strict)))["effects"]
    assert said["pages"] == 2
    assert said["counts"]["no-longer-listed"] == said["counts"]["to-review"] == 1
    assert said["by_category"] == {"controlled-drugs": {"no-longer-listed": 1, "to-review": 1}}
    (link,) = said["links"]
    assert "http://shop" not in link["url"]
    assert [link["old"]["place"], link["new"]["place"]] == ["listed", "review"]
    assert [entry["scope"] for entry in said["entries_removed"]] == ["host"]
    person = run(workspace, "diff", str(strict))
    assert "1 no-longer-listed, 1 to-review" in person
    assert "entries: 0 more, 1 less, 0 of another category or grade" in person
    back = orjson.loads(run(workspace, "diff", "--json", str(strict), str(workspace / "policy")))["effects"]
    assert back["counts"]["newly-listed"] == 1
    assert (workspace / "linkgazette.db").read_bytes() == before


@pytest.mark.edge
def test_diff_names_a_grade_that_would_change(tmp_path: Path) -> None:
    workspace = crawled(tmp_path / "ws", {"http://shop.example/": OFFER})
    milder = edited(tmp_path / "milder", workspace, r"^grade = \d", "grade = 1")
    said = orjson.loads(run(workspace, "diff", "--json", str(milder)))["effects"]
    assert said["counts"]["other-grade"] == 1
    assert said["entries_changed"][0]["new"]["grade"] < said["entries_changed"][0]["old"]["grade"]


@pytest.mark.edge
def test_diff_of_words_only_judges_no_page(tmp_path: Path) -> None:
    workspace = crawled(tmp_path / "ws", {"http://shop.example/": OFFER})
    strict = edited(tmp_path / "strict", workspace, r"^publish = .*", "publish = 1.0")
    assert orjson.loads(run(workspace, "diff", "--words-only", "--json", str(strict)))["effects"] is None


def test_diff_of_a_policy_with_itself_says_so(tmp_path: Path) -> None:
    assert run(tmp_path, "diff", str(DEFAULT_POLICY)) == "no difference\n"
    with pytest.raises(InputError, match="two policies"):
        run(tmp_path, "diff", "a", "b", "c")


def test_show_prints_everything_for_machines(tmp_path: Path) -> None:
    whole = orjson.loads(run(tmp_path, "show", "--json"))
    assert whole["digest"] == load_policy(None).digest
    one = orjson.loads(run(tmp_path, "show", "tobacco", "--json"))
    assert one == whole["categories"]["tobacco"]
    assert one["clause"]


def test_a_judgement_without_its_words_lists_the_same() -> None:
    full = judgement(evidence=(GOODS, GOODS, SELLING, EXCUSE))
    assert has_two_kinds(slim(full).evidence)
    assert len(slim(full).evidence) == 3
    assert not any(each.excerpt for each in slim(full).evidence)
    assert not has_two_kinds(slim(judgement(evidence=(GOODS, EXCUSE))).evidence)
