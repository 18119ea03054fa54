"""The guides: every example is run, or at least parsed; commands and options are told from their source."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from blocklist.cli import root
from blocklist.config import options
from blocklist.model import Label
from blocklist.policy import load_policy
from tests.list_makers import NOW
from tests.list_workspace import visited
from tests.stored_pages import OFFER, TEA, crawled
from tests.test_deploy_runbook import unusable
from tests.test_help import TREE

ROOT = Path(__file__).parent.parent
GUIDES = ROOT / "site/guides"
NAMES = ("operators", "policy", "consumers", "moderators", "developers")
BLOCK = re.compile(r"^(<!-- only read -->\n)?```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(name: str, *, run: bool) -> list[str]:
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    return [block for only_read, block in BLOCK.findall(text) if run == (not only_read)]


def prepared(name: str, folder: Path) -> None:
    """Make what the reader of that guide has."""
    if name in {"policy", "moderators"}:
        crawled(folder / "ws", {"http://shop.example/": OFFER, "http://tea.example/": TEA})
    if name == "policy":
        (folder / "ws/linkgazette.toml").unlink()  # the small one; the guide begins with the built-in one
        shutil.rmtree(folder / "ws/policy")
    if name == "consumers":
        visited(folder / "ws", {"http://shop.example/": Label.CONTRABAND}, at=NOW)
        (folder / "ws/linkgazette.toml").write_text('[list]\nentry_days = 300\n[sign]\nkey = "sign.key"\n')
        for command in ("keys make", "publish"):
            sh(f"linkgazette --workspace ws {command}", folder)


def sh(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "DEPLOY": str(ROOT / "deploy"),
        "USER": "mei",
    }
    return subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.edge
@pytest.mark.parametrize("name", NAMES)
def test_every_example_of_a_guide_runs(name, tmp_path):
    prepared(name, tmp_path)
    examples = blocks(name, run=True)
    assert examples
    ran = sh("\n".join(examples), tmp_path)  # one shell: what is exported holds on
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("name", NAMES)
def test_what_is_only_read_would_be_parsed(name):
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    lines = [line for block in blocks(name, run=False) for line in block.splitlines()]
    lines += re.findall(r"`(linkgazette [a-z][^`…]*)`", text)
    for line in (each for each in lines if each.startswith("linkgazette ")):
        words = shlex.split(line, comments=True)[1:]
        if words[0] == "--workspace":
            words = words[2:]
        found = next(path for path in (tuple(words[:n]) for n in (3, 2, 1)) if path in TREE)
        command, rest = TREE[found], words[len(found) :]
        flags = {flag for each in command.params for flag in each.opts} | {"--help"}
        assert {word for word in rest if word.startswith("--")} <= flags, line
        if rest and "--help" not in rest:
            assert unusable(command, rest) == "", line


@pytest.mark.parametrize("name", NAMES)
def test_every_file_that_a_guide_names_is_there(name):
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:tests|deploy|blocklist|crawler)/[\w./*-]+)`", text):
        assert list(ROOT.glob(path.rstrip("/"))), path
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (GUIDES / link).exists(), link
    assert len(text.splitlines()) < 140, "a guide is short"


def test_a_word_that_the_policy_guide_explains_is_one_of_the_policy():
    text = (GUIDES / "policy.md").read_text(encoding="utf-8")
    whole = "".join(path.read_text() for path in (ROOT / "blocklist/policies/default").glob("*.toml"))
    for cell in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE):
        for word in re.findall(r"`([^`]+)`", cell):
            assert word.rpartition(" ")[2] in whole, word
    assert "tobacco" in load_policy().categories


@pytest.mark.edge
def test_the_reference_is_what_the_program_says_now():
    checked = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", "-I", "tests", "site/guides/reference.md"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    cure = "bring it up to date with: .venv/bin/python -m cogapp -r -I tests site/guides/reference.md"
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}\n{cure}"


def test_the_reference_names_every_command_and_every_option():
    text = (GUIDES / "reference.md").read_text(encoding="utf-8")
    for path, command in TREE.items():
        assert f"### `linkgazette {' '.join(path)}`\n" in text
        assert all(each.opts[-1] in text for each in command.params if each.param_type_name == "option")
    assert all(f"`[{row.section}] {row.key}`" in text for row in options())
    assert root.name is not None
