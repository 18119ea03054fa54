"""``policy check|show|diff``: an edited policy is checked before it judges anybody."""

import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from blocklist.commands.policy import policy
from blocklist.errors import InputError, PolicyError
from blocklist.policy import DEFAULT_POLICY, load_policy


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
    changes = orjson.loads(run(tmp_path, "diff", "--json", str(DEFAULT_POLICY), str(folder)))["changes"]
    assert changes == [{"place": "tobacco publish", "old": old, "new": "0.999"}]


def test_show_prints_everything_for_machines(tmp_path: Path) -> None:
    whole = orjson.loads(run(tmp_path, "show", "--json"))
    assert whole["digest"] == load_policy(None).digest
    one = orjson.loads(run(tmp_path, "show", "tobacco", "--json"))
    assert one == whole["categories"]["tobacco"]
    assert one["clause"]
