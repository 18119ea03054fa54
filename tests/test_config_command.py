"""``config init|show`` and ``policy copy``: where an operator and a policy team begin."""

import re
import tomllib
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.cli import root
from blocklist.commands.config import template
from blocklist.config import CONFIG_NAME, Config, load_config, options, parse_config
from blocklist.policy import load_policy


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(root, ["--workspace", str(folder), *arguments])


def test_a_new_file_sets_what_was_given_and_tells_the_rest(tmp_path):
    ran = run(tmp_path / "ws", "config", "init", "--contact", "desk@gazette.example", "--sign")
    assert ran.exit_code == 0, ran.output
    text = (tmp_path / "ws" / CONFIG_NAME).read_text()
    held = tomllib.loads(text)
    assert {section: options for section, options in held.items() if options} == {
        "site": {"contact": "desk@gazette.example"},
        "sign": {"key": "sign.key"},
    }
    for row in options():
        assert re.search(rf"^#? ?{row.key} =", text, re.MULTILINE), row.key


def test_each_default_in_it_is_the_default(tmp_path):
    text = template(options(), {})
    opened = re.sub(r"^# (\w+ = \S)", r"\1", text, flags=re.MULTILINE)
    assert parse_config(text, tmp_path) == parse_config("", tmp_path)
    assert parse_config(opened, tmp_path) == parse_config("", tmp_path)
    assert opened.count("\n") == text.count("\n") > len(list(options()))


def test_it_never_writes_over_a_file_and_refuses_what_could_not_be_read(tmp_path):
    assert run(tmp_path, "config", "init", "--contact", "nobody").exit_code != 0
    assert list(tmp_path.iterdir()) == []
    (tmp_path / CONFIG_NAME).write_text("[site]\n")
    assert "is there already" in str(run(tmp_path, "config", "init").exception)
    assert (tmp_path / CONFIG_NAME).read_text() == "[site]\n"


def test_what_holds_is_shown_and_what_differs_is_marked(tmp_path):
    (tmp_path / CONFIG_NAME).write_text('[site]\ntitle = "The \\"Gazette\\""\n')
    shown = run(tmp_path, "config", "show").output
    assert 'title = "The \\"Gazette\\""  # set' in shown
    assert "concurrency = 16\n" in shown
    assert parse_config(shown, tmp_path).site == load_config(tmp_path).site
    told = orjson.loads(run(tmp_path, "config", "show", "--json").output)
    assert told["crawl"]["concurrency"] == Config().crawl.concurrency
    assert set(told) == {row.section for row in options()}


def test_a_new_workspace_passes_the_doctor(tmp_path):
    made = [
        (
            "config",
            "init",
            "--contact",
            "desk@gazette.example",
            "--base-url",
            "https://gazette.example/",
            "--sign",
        ),
        ("keys", "make"),
        ("doctor",),
    ]
    for arguments in made:
        ran = run(tmp_path / "ws", *arguments)
        assert ran.exit_code == 0, ran.output
    assert {line.split()[0] for line in ran.output.splitlines()} == {"ok"}


def test_a_policy_is_copied_whole_and_judged_by(tmp_path):
    said = run(tmp_path, "policy", "copy", str(tmp_path / "mine")).output
    (tmp_path / CONFIG_NAME).write_text(re.search(r"linkgazette.toml, (.+?);", said)[1].replace("] ", "]\n"))
    assert load_policy(load_config(tmp_path).policy.path).digest == load_policy(None).digest
    assert "no difference" in run(tmp_path, "policy", "diff", str(tmp_path / "mine")).output
    (tmp_path / "mine/tobacco.toml").unlink()
    assert run(tmp_path, "policy", "copy", str(tmp_path / "mine")).exit_code != 0
    run(tmp_path, "policy", "copy", str(tmp_path / "again"))
    assert not (tmp_path / "again/tobacco.toml").exists(), "the workspace's own is copied"


@pytest.mark.parametrize("name", [".", ""])
def test_a_folder_that_is_there_is_not_copied_into(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path, "policy", "copy", name).exit_code != 0
    assert list(tmp_path.iterdir()) == []
