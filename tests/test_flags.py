"""Every flag of every command is tried, by a test or by an example that one runs; here what no other does."""

import re
from pathlib import Path

import click
import orjson
import pytest
from click.testing import CliRunner, Result

from blocklist.cli import root
from blocklist.store import open_workspace
from tests.test_help import TREE
from tests.test_review import folder as queue

pytestmark = pytest.mark.edge

HOUSE = Path(__file__).parents[1]
TRIED = [*HOUSE.glob("tests/*.py"), HOUSE / "README.md", *HOUSE.glob("site/guides/*.md")]
SOURCES = "\n".join(each.read_text(encoding="utf-8") for each in TRIED if each.name != "reference.md")
folder = queue


def linkgazette(workspace: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner(env={"USER": "mo"}).invoke(root, ["--workspace", str(workspace), *words])
    assert done.exit_code == code, done.output
    return done


def test_every_flag_is_tried_somewhere():
    commands: dict[str, click.Command] = {"": root, **{" ".join(words): TREE[words] for words in TREE}}
    untried = [
        f"{words} {flag}"
        for words, command in commands.items()
        for option in command.params
        if isinstance(option, click.Option)
        for flag in (*option.opts, *option.secondary_opts)
        if flag.startswith("--") and not re.search(rf"{re.escape(flag)}(?![\w-])", SOURCES)
    ]
    assert untried == []


def test_version_is_told(tmp_path):
    assert re.search(r"\d+\.\d+\.\d+$", linkgazette(tmp_path, "--version").stdout.strip())


@pytest.mark.parametrize(("language", "waiting"), [("unknown", 1), ("zh", 0)])
def test_the_queue_is_asked_for_one_language(folder, language, waiting):
    said = linkgazette(folder, "review", "list", "--language", language).stdout
    assert said.startswith(f"{waiting} waiting")
    taken = linkgazette(folder, "review", "next", "--language", language).stdout
    assert ("yours until" in taken) == bool(waiting)


def test_every_page_is_made_anew_when_asked(tmp_path):
    with open_workspace(tmp_path, create=True):
        pass
    out = tmp_path / "public"

    def page(*words: str) -> int:
        linkgazette(tmp_path, "publish", "--out", str(out), *words)
        return (out / "404.html").stat().st_ino

    first = page()
    assert page() == first
    assert page("--anew") != first


def test_a_release_brings_an_announcement_when_asked(tmp_path):
    with open_workspace(tmp_path, create=True):
        pass

    def announcement(*words: str) -> str:
        said = linkgazette(tmp_path, "publish", "--out", str(tmp_path / "public"), "--json", *words).stdout
        slug: str = orjson.loads(said)["announcement"]
        return slug

    assert announcement() == ""
    slug = announcement("--announce")
    assert (tmp_path / "public" / "announcements" / slug / "index.html").exists()
    assert announcement("--announce") == ""  # the last one is not old enough


def test_decisions_are_drawn_for_a_second_reading(folder):
    assert linkgazette(folder, "review", "sample", "5", "--decided").stdout.startswith("0 drawn")
    linkgazette(folder, "review", "clear", "1", "--reason", "a museum", "--by", "sam")
    said = linkgazette(folder, "review", "sample", "5", "--decided").stdout
    assert said.startswith("1 drawn")


def test_a_service_without_origins_listens_on_loopback_alone(tmp_path):
    said = linkgazette(tmp_path, "serve", "--host", "192.0.2.1", code=1)
    assert "--host" in str(said.exception)


def test_a_key_has_its_own_quota(tmp_path):
    linkgazette(tmp_path, "staff", "key", "platform", "--daily", "2")
    with open_workspace(tmp_path, create=False) as workspace:
        (key,) = workspace.api_keys.all()
    assert key.daily == 2
