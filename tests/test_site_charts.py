"""Charts: every count is drawn, said and tabled; no label becomes markup or a formula; months have no gap."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocklist.public import site_pages
from blocklist.public.appeals import appeal_record
from blocklist.public.plot import WIDTH, Chart, Series, latest, svg, table
from blocklist.public.spans import AGES, DAY, DELAYS, sorted_into
from blocklist.release.context import AppealFact, Record
from tests.sample_site import HOSTILE, NOW, sample_context
from tests.site_reader import read_html

SVG = "{http://www.w3.org/2000/svg}"
LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.sampled_from(HOSTILE[:5])


def chart(labels: tuple[str, ...], *values: tuple[int, ...], across: bool = False) -> Chart:
    series = tuple(
        Series(key=f"s{place}", name=f"Series {place}", values=each) for place, each in enumerate(values)
    )
    return Chart(id="month", title="A title", keys=labels, labels=labels, series=series, across=across)


def drawn(text: str) -> ET.Element:
    return ET.fromstring(text)


@given(
    st.lists(st.tuples(LABELS, st.integers(0, 10**7), st.integers(0, 10**7)), min_size=1, max_size=14),
    st.booleans(),
)
def test_every_count_is_drawn_said_and_tabled(rows, across: bool) -> None:
    labels, first, second = (tuple(part) for part in zip(*rows, strict=True))
    one = chart(labels, first, across=True) if across else chart(labels, first, second)
    root = drawn(svg(one, str))
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    for value in (*first, *(() if across else second)):
        assert str(value) in texts
        assert f" {value}" in (root.findtext(f"{SVG}desc") or "")
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "rect", "text", "line")
    }
    for bar in root.iter(f"{SVG}rect"):
        assert 0 <= float(bar.get("x")) <= float(bar.get("x")) + float(bar.get("width")) <= WIDTH + 1
        assert float(bar.get("height")) >= 0
    head, *body = csv.reader(io.StringIO(table(one).decode(), newline=""))
    assert head == ["month", *(each.key for each in one.series)]
    assert [row[1] for row in body] == [str(value) for value in first]
    assert not [row[0] for row in body if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_picture_says_its_title_and_counts_to_those_who_do_not_see_it() -> None:
    root = drawn(svg(chart(("May", "June"), (1, 2), (0, 3)), str))
    assert root.get("role") == "img"
    ids = root.get("aria-labelledby").split()
    assert [root.find(f"*[@id='{one}']").text for one in ids] == [
        "A title",
        "May: Series 0 1, Series 1 0; June: Series 0 2, Series 1 3",
    ]


def test_the_last_rows_alone() -> None:
    assert latest(chart(("a", "b", "c"), (1, 2, 3)), 2).rows == (("b", (2,)), ("c", (3,)))


@pytest.mark.parametrize(
    ("seconds", "span"),
    [(0, 0), (DAY - 1, 0), (DAY, 1), (7 * DAY, 2), (89 * DAY, 3), (364 * DAY, 4), (365 * DAY, 5), (-5, 0)],
)
def test_a_span_takes_its_start_and_not_its_end(seconds: int, span: int) -> None:
    assert sorted_into(AGES, [seconds]).index(1) == span


@given(st.lists(st.integers(0, 10**9)))
def test_no_time_is_lost_between_the_spans(seconds: list[int]) -> None:
    assert sum(sorted_into(DELAYS, seconds)) == len(seconds)


def appeal(made: int, settled: int | None = None, *, upheld: bool = False) -> AppealFact:
    """Days before now; ten days are promised."""
    return AppealFact(
        made_at=NOW - timedelta(days=made),
        due_at=NOW - timedelta(days=made - 10),
        settled_at=None if settled is None else NOW - timedelta(days=settled),
        upheld=upheld,
    )


def test_the_record_counts_what_we_got_wrong_and_what_waits_too_long() -> None:
    found = appeal_record(
        [appeal(40, 38, upheld=True), appeal(30, 26), appeal(25, 5), appeal(20), appeal(3)], NOW
    )
    assert (found.received, found.settled, found.upheld, found.rejected) == (5, 3, 1, 2)
    assert (found.waiting, found.overdue, found.in_time, found.median_days) == (2, 1, 2, 4.0)
    assert found.overturned == pytest.approx(1 / 3)


def test_no_appeal_is_no_share() -> None:
    found = appeal_record([], NOW)
    assert (found.overturned, found.median_days) == (None, None)


def test_months_in_which_nothing_happened_are_on_the_axis() -> None:
    record = Record(appeals=(replace(appeal(0), made_at=datetime(2025, 11, 3, tzinfo=UTC)),))
    pages = dict(site_pages(sample_context(1, record=record)))
    rows = pages["statistics/month.csv"].decode().split("\r\n")
    assert rows[0] == "month,listed,removed"
    assert [row[:7] for row in rows[1:-1]] == [
        *(f"2025-{month}" for month in (11, 12)),
        *(f"2026-{month:02}" for month in range(1, 12)),
    ]


def test_each_chart_has_a_picture_in_each_language_and_one_table() -> None:
    pages = dict(site_pages(sample_context(30)))
    pictures = {path for path in pages if path.endswith(".svg") and "statistics" in path}
    names = {path.rpartition("/")[2].removesuffix(".svg") for path in pictures}
    assert names == {"month", "category", "age", "verdict", "appeals"}
    assert pictures == {f"{root}statistics/{name}.svg" for root in ("", "zh/") for name in names}
    for name in names:
        assert f"statistics/{name}.csv" in pages
    english, chinese = (read_html(pages[f"{root}statistics/index.html"]) for root in ("", "zh/"))
    assert english.inside("svg") == chinese.inside("svg") == len(names)


def test_what_was_never_counted_has_no_chart() -> None:
    listing = replace(sample_context(0).listing, entries=(), aliases=(), tombstones=())
    page = read_html(
        dict(site_pages(sample_context(0, listing=listing, record=Record())))["statistics/index.html"]
    )
    assert page.inside("svg") == 0
    assert "No appeal has been recorded" in page.text
