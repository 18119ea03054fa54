"""Real programs with the files of one list: each blocks what is listed, as far as it can be said, no more."""

import subprocess
from pathlib import Path

import pytest

from blocklist.formats import all_bundles, all_formats
from tests.consumer_gate import Consumer, judged, write_files
from tests.consumer_matrix import ALL, MATRIX, read_matrix
from tests.consumers_engines import ask_node, compiled, lint
from tests.site_recipes import RECIPES

pytestmark = [pytest.mark.edge, pytest.mark.long]


@pytest.mark.consumer
@pytest.mark.parametrize("consumer", ALL, ids=lambda consumer: consumer.name)
def test_it_blocks_what_its_files_say_and_nothing_else(consumer: Consumer) -> None:
    outcome = judged(consumer)
    assert not outcome.wrong
    assert outcome.says


def test_the_matrix_that_people_see_is_of_these_programs() -> None:
    rows = {row["name"]: row for row in read_matrix()["programs"]}
    assert rows.keys() == {consumer.name for consumer in ALL}
    for consumer in ALL:
        row = rows[consumer.name]
        assert (row["package"], row["formats"]) == (consumer.package, list(consumer.formats))
        assert row["wrong"] == 0, f"{MATRIX.name}: {consumer.name}"


def test_at_least_eighteen_programs_are_asked() -> None:
    assert len({consumer.package for consumer in ALL}) >= 18


@pytest.mark.consumer
def test_aglint_finds_nothing_to_mend(tmp_path: Path) -> None:
    write_files(tmp_path, ["adblock"])
    assert not lint(tmp_path)


@pytest.mark.consumer
def test_a_host_stays_a_host_where_the_compiler_would_widen_a_hosts_line(tmp_path: Path) -> None:
    """The reason for ``|name^``: Compress makes ``||name^`` of ``0.0.0.0 name``."""
    for line, is_widened in (("|host.example.com^", False), ("0.0.0.0 host.example.com", True)):
        (tmp_path / "adguard-dns.txt").write_text(f"{line}\n")
        found = ask_node("adguard-dns", compiled(tmp_path), ["http://a.host.example.com/"])
        assert found == [is_widened], line


# --- the lines on the site ------------------------------------------------------------------------------


def test_the_page_has_a_recipe_for_each_program() -> None:
    asked = {consumer.name for consumer in ALL if consumer.package.startswith("Debian")} - {"glibc"}
    assert asked <= RECIPES.keys()
    assert {"uBlock Origin", "AdGuard Home"} <= RECIPES.keys()


def test_the_page_says_how_to_use_every_file() -> None:
    said = "".join(line for blocks in RECIPES.values() for line in blocks)
    assert [form.filename for form in all_formats() if form.filename not in said] == []
    assert [
        each.name for each in all_bundles() if not any(map(said.__contains__, (each.main, each.folder)))
    ] == []


REFRESHED = [name for name, blocks in RECIPES.items() if blocks[-1].startswith(("cd ", "cp "))]


@pytest.mark.parametrize("name", REFRESHED)
def test_the_refresh_lines_are_a_command_of_the_shell(name: str) -> None:
    command = RECIPES[name][-1]
    assert subprocess.run(["sh", "-n", "-c", command], check=False, capture_output=True).stderr == b""
