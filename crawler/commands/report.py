"""The page of ``evaluate --report``: one self-contained HTML file of tables, plots and errors, no script.

It quotes rows (titles, excerpts with contacts masked), so it is written for its owner's eyes only. The plots
are ``plots``', the numbers ``crawler.judge.measure``'s.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from blocklist.errors import TroubleError
from crawler.commands import plots
from crawler.commands.figures import SLICE_NAMES
from crawler.judge.curves import CLASSES
from crawler.judge.measure import BENIGN, MISSES, NOTHING

Figures = Mapping[str, Any]


def write_report(path: Path, figures: Figures, errors: Mapping[str, Sequence[Figures]]) -> None:
    """Write the page beside ``path`` and put it there when whole; TroubleError when the disk refuses."""
    aside = path.with_name(f".{path.name}.part")
    try:
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(page_of(figures, errors))
        aside.replace(path)
    except OSError as problem:
        raise TroubleError(
            f"{path}: cannot be written ({problem.strerror}); choose another --report"
        ) from problem
    finally:
        aside.unlink(missing_ok=True)


def page_of(figures: Figures, errors: Mapping[str, Sequence[Figures]]) -> str:
    """Return the page; the same figures, the same bytes."""
    environment = Environment(
        loader=PackageLoader("crawler.commands", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"rate": _rate, "percent": _percent}
    return environment.get_template("evaluation.html").render(
        figures=figures,
        errors=errors,
        missed=[(source, list(rows)) for source, rows in groupby(errors["missed"], itemgetter("source"))],
        misses=MISSES,
        slices=[(SLICE_NAMES[name], slices) for name, slices in figures["by"].items() if slices],
        confusion=_confusion(figures["confusion"]),
        reliability=plots.reliability(figures["calibration"]["bins"]),
        curves=plots.threshold_curves(figures["curve"]),
        histograms=[
            (name.replace("_", " "), figures["histogram"][name][0],
             plots.histogram(figures["histogram"][name], name.replace("_", " "), css))
            for name, css in zip(CLASSES, ("found", "wrong", "plain"), strict=True)
        ],
        site_bars={
            lang: plots.site_bars(one["each"]) for lang, one in figures["pages_by_site"].items()
        },
    )  # fmt: skip


def _confusion(rows: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Arrange labelled against judged; a cell knows its share of its row, for its shade."""
    judged = {name for said in rows.values() for name in said} | set(rows) - {BENIGN}
    columns = [*sorted(judged - {NOTHING}), NOTHING]
    lines = [*sorted(set(rows) - {BENIGN}), *({BENIGN} & set(rows))]
    return {
        "columns": columns,
        "lines": [
            (true, sum(rows[true].values()), list(_cells(true, rows[true], columns))) for true in lines
        ],
    }


def _cells(true: str, said: Mapping[str, int], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    whole = sum(said.values())
    for column in columns:
        count = said.get(column, 0)
        right = column == true or (true, column) == (BENIGN, NOTHING)
        yield {"count": count, "share": round(100 * count / whole), "right": right}


def _rate(one: Mapping[str, float] | None) -> str:
    return "not measured" if one is None else f"{one['value']:.3f} ({one['low']:.3f}–{one['high']:.3f})"  # noqa: RUF001 - a range


def _percent(one: Mapping[str, float] | None) -> str:
    return "not measured" if one is None else f"{100 * one['value']:.1f}%"
