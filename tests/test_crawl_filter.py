"""The filter of all crawled hosts: exact over them, small, and refused when it is damaged."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from blocklist.cli import root
from blocklist.errors import FormatError, InputError
from blocklist.lookup.crawl_filter import CrawlFilter, bound_bits, write_filter
from blocklist.model import Label
from blocklist.release.publish import make_release
from blocklist.store import open_workspace
from tests.list_makers import NOW
from tests.list_workspace import SHOPS, plain_pages, visited

hosts = st.sets(st.integers(0, 10**6).map(lambda number: f"h{number}.example"), max_size=300)


@settings(max_examples=40, deadline=None)
@given(hosts, hosts)
def test_it_is_exact_over_the_crawl(listed: set[str], others: set[str]) -> None:
    opened = CrawlFilter(write_filter(listed, others - listed))
    assert all(map(opened.has, listed))
    assert not any(map(opened.has, others - listed))


@pytest.mark.long
def test_it_is_within_fifteen_hundredths_of_the_bound() -> None:
    listed = [f"bad{number}.example" for number in range(3_000)]
    others = [f"good{number}.example" for number in range(100_000)]
    data = write_filter(listed, others)
    opened = CrawlFilter(data)
    assert all(map(opened.has, listed))
    assert not any(map(opened.has, others))
    # The widths of both bands are a fixed cost, which counts for a small list: 256 slots of six bits.
    assert len(data) * 8 <= 1.15 * bound_bits(3_000, 103_000) + 6 * 256
    strangers = sum(opened.has(f"new{number}.example") for number in range(20_000))
    assert strangers < 20_000 / 32


def test_the_same_hosts_give_the_same_bytes() -> None:
    assert write_filter(["b.example", "a.example"], ["c.example"]) == write_filter(
        ["a.example", "b.example"], ["c.example"]
    )


def test_a_filter_of_nothing_lists_nothing() -> None:
    opened = CrawlFilter(write_filter([], ["a.example"]))
    assert not opened.has("a.example")


@pytest.mark.parametrize("cut", [0, 7, 20, 39, 60])
def test_what_is_no_filter_is_refused(cut: int) -> None:
    data = write_filter(["a.example"], [f"o{number}.example" for number in range(50)])
    for damaged in (data[:cut], data + b"x", b"X" + data[1:], data[:12] + b"\xff" * 4 + data[16:]):
        with pytest.raises(FormatError, match="x: is no filter of crawled hosts"):
            CrawlFilter(damaged, "x")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(root, [*map(str, arguments)])


@pytest.mark.edge
def test_the_command_makes_a_filter_and_asks_it(tmp_path: Path) -> None:
    visited(tmp_path / "ws", {**dict.fromkeys(SHOPS, Label.CONTRABAND), "http://good.example/": Label.CLEAR})
    with open_workspace(tmp_path / "ws", create=False) as opened:
        make_release(opened, tmp_path / "public", now=NOW, pages=plain_pages)
    made = run("--workspace", tmp_path / "ws", "filter", "--out", tmp_path / "f")
    assert made.exit_code == 0, made.output
    assert " crawled hosts in " in made.stdout
    asked = run("filter", "--in", tmp_path / "f", "SHOP.example", "good.example")
    assert (asked.exit_code, asked.stdout) == (1, "LISTED  SHOP.example\nnot listed  good.example\n")
    assert run("filter", "--in", tmp_path / "f", "good.example").exit_code == 0


WRONG = [
    (),
    ("--out", "."),
    ("--out", "f", "a.example"),
    ("--in", "f"),
    ("--in", "gone", "a.example"),
    ("--in", "f", "--out", "g"),
]


@pytest.mark.parametrize("arguments", WRONG)
def test_what_contradicts_itself_is_unusable_input(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run("--workspace", tmp_path, "filter", *arguments)
    assert isinstance(result.exception, InputError)
