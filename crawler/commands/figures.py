"""The figures of ``evaluate`` as lines for a person; what they mean is ``crawler.judge.measure``'s."""

from collections.abc import Iterator, Mapping
from typing import Any

Figures = Mapping[str, Any]
_COLUMNS = (
    ("n+", 6),
    ("n-", 6),
    ("recall listed", 22),
    ("listed or review", 22),
    ("precision listed", 22),
    ("benign listed", 14),
    ("benign review", 22),
)
_HEAD = f"{'':30}" + "".join(f" {name:>{width}}" for name, width in _COLUMNS)


def lines_of(report: Figures) -> Iterator[str]:
    """Say the whole report, top down."""
    yield f"{report['rows']} rows ({report['folds']}), policy {report['policy'][:12]}"
    yield ""
    yield _HEAD
    yield _line("all", report["total"])
    yield _line("hard negatives", report["hard_negatives"])
    for name, slices in report["by"].items():
        yield ""
        yield f"by {name}"
        yield from (_line(value, figures) for value, figures in slices.items())
    yield ""
    yield "hard negatives by kind"
    yield from (_line(value, figures) for value, figures in report["hard_negatives_by_kind"].items())
    yield ""
    yield from _pages(report)
    yield ""
    for label, said in report["labels"].items():
        yield f"{label}: " + ", ".join(f"{what} {count}" for what, count in said.items())
    for share, one in report["precision_at_prevalence"].items():
        bounds = f"{one['low']:.4f}-{one['high']:.4f}"
        yield f"precision of listed if {share} of pages were contraband: {one['value']:.4f} ({bounds})"
    yield ""
    yield from _calibration(report["calibration"])
    yield ""
    yield from _named("benign rows listed", report["benign_listed"])
    yield from _named("contraband pages neither listed nor reviewed", report["pages_missed"])
    yield from _errors(report["errors"])


def _line(name: str, one: Figures) -> str:
    return (
        f"{name[:30]:30} {one['positives']:6} {one['negatives']:6} {_rate(one['recall_listed']):>22}"
        f" {_rate(one['recall_listed_or_review']):>22} {_rate(one['precision_listed']):>22}"
        f" {one['benign_listed']:14} {_rate(one['false_review']):>22}"
    )


def _rate(one: Figures | None) -> str:
    return "not measured" if one is None else f"{one['value']:.3f} ({one['low']:.3f}-{one['high']:.3f})"


def _pages(report: Figures) -> Iterator[str]:
    yield "real pages with markup, recall averaged over sites"
    for lang, one in report["pages_by_site"].items():
        note = "" if one["measured"] else " (not measured: too few)"
        listed, seen = one["recall_listed"], one["recall_listed_or_review"]
        size = f"{one['sites']} sites, {one['pages']} pages"
        yield f"  {lang}: listed {listed:.3f}, listed or review {seen:.3f} over {size}{note}"
        for site, counts in one["each"].items():
            said = f"pages {counts['pages']:4} listed {counts['listed']:4} review {counts['review']:4}"
            yield f"    {site[:40]:40} {said}"


def _calibration(one: Figures) -> Iterator[str]:
    if not one["rows"]:
        return
    yield f"confidence against truth, {one['rows']} rows that name goods"
    yield f"  mean distance {one['expected_error']:.3f}"
    for tenth in (tenth for tenth in one["bins"] if tenth["rows"]):
        said = f"{tenth['rows']:6} rows, mean {tenth['confidence']:.3f}, contraband {tenth['contraband']:.3f}"
        yield f"  from {tenth['from']:.1f}: {said} {'#' * round(40 * tenth['contraband'])}"


def _named(title: str, rows: list[Figures]) -> Iterator[str]:
    yield f"{title}: {len(rows)}"
    for one in rows:
        kind = f" hard negative {one['hn_kind']}" if one["hard_negative"] else ""
        said = f"{one['category'] or one['label']} {one['confidence']:.3f}"
        yield f"  {one['id']} {one['source']}{kind}: {said}; {one['reason']} [{one['title']}]"
        yield from (f"      {because}" for because in one["because"])


def _errors(errors: list[Figures]) -> Iterator[str]:
    if errors:
        yield f"rows that could not be used: {len(errors)}"
        yield from (f"  {one['file']} line {one['line']}: {one['error']}" for one in errors[:20])
