"""The statistics as charts in one language, and their files: a picture and a table for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from blocklist.public.language import Language
from blocklist.public.plot import Chart, Series, latest, svg, table
from blocklist.public.spans import AGES, DELAYS, Spans
from blocklist.public.stats import Statistics
from blocklist.public.words import N_

PLOTTED = 12
"""Months that are plotted; the tables in the CSV files have all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart on a page."""

    chart: Chart
    picture: Markup
    """Made by ``plot`` as a tree: nothing in it can be markup that is not ours."""


def figures(charts: Sequence[Chart], language: Language) -> dict[str, Figure]:
    """Return the charts that have something to show, by their ids, as pages show them."""
    return {
        shown.id: Figure(chart=shown, picture=Markup(svg(shown, language.number)))  # noqa: S704 - as above
        for shown in map(_shown, charts)
        if not shown.empty
    }


def chart_files(charts: Sequence[Chart], language: Language) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of each chart's picture and, at the root of the site alone, of its table."""
    for one in charts:
        yield f"{language.root}statistics/{one.id}.svg", svg(_shown(one), language.number).encode()
        if not language.root:
            yield f"statistics/{one.id}.csv", table(one)


def charts_of(found: Statistics, language: Language) -> tuple[Chart, ...]:
    """Return every chart, also those that count nothing yet."""

    def series(key: str, name: str, values: Iterator[int]) -> Series:
        return Series(key=key, name=language.say(name), values=tuple(values))

    def by_month(name: str, title: str, *counted: Series) -> Chart:
        return Chart(
            id=name,
            title=language.say(title),
            keys=tuple(one.month for one in found.months),
            labels=tuple(language.month(one.month) for one in found.months),
            series=counted,
        )

    def by_span(name: str, title: str, spans: Spans, counted: Series) -> Chart:
        return Chart(
            id=name,
            title=language.say(title),
            keys=tuple(key for _, key, _ in spans),
            labels=tuple(language.say(words) for _, _, words in spans),
            series=(counted,),
        )

    return (
        by_month(
            "month",
            N_("Listed and removed, by month"),
            series("listed", N_("Listed"), (one.listed for one in found.months)),
            series("removed", N_("Removed"), (one.removed for one in found.months)),
        ),
        Chart(
            id="category",
            title=language.say(N_("Entries by category")),
            keys=tuple(one.category.id for one in found.categories),
            labels=tuple(one.category.title for one in found.categories),
            series=(series("entries", N_("Entries"), (one.total for one in found.categories)),),
            across=True,
        ),
        by_span(
            "age",
            N_("How long removed entries had been listed"),
            AGES,
            series("entries", N_("Entries"), iter(found.ages)),
        ),
        by_span(
            "verdict",
            N_("From the first report of a link to its first verdict"),
            DELAYS,
            series("links", N_("Links"), iter(found.delays)),
        ),
        by_month(
            "appeals",
            N_("Appeals by month"),
            series("received", N_("Received"), (one.appeals for one in found.months)),
            series("upheld", N_("Upheld"), (one.upheld for one in found.months)),
        ),
    )


def _shown(chart: Chart) -> Chart:
    return chart if chart.across else latest(chart, PLOTTED)
