"""The figures of ``evaluate`` as lines for a person; what they mean is ``crawler.judge.measure``'s.

No row's own words are printed: ids, and evidence by its rules. The page of ``--report`` quotes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crawler.commands.bar import Asked

Figures = Mapping[str, Any]
SLICE_NAMES = {
    "category": "by category, as labelled",
    "category_judged": "by category, as judged",
    "lang": "by language",
    "kind": "by kind",
    "source": "by source",
    "label_basis": "by what the label rests on",
    "half": "by half (even or odd hash of the cluster)",
}
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
        yield SLICE_NAMES[name]
        yield from (_line(value, figures) for value, figures in slices.items())
    yield ""
    yield "hard negatives by kind"
    yield from (_line(value, figures) for value, figures in report["hard_negatives_by_kind"].items())
    yield ""
    if report["not_measured"]:
        named = ", ".join(f"{name} ({rows})" for name, rows in report["not_measured"].items())
        yield f"not measured on real data (contraband rows): {named}"
        yield ""
    yield from _pages(
        "real pages with markup, recall averaged over sites", report["pages_by_site"], each=True
    )
    yield from _pages("all rows, recall averaged over sites and posters", report["clusters"], each=False)
    yield ""
    yield from _confusion(report["confusion"])
    yield ""
    for label, said in report["labels"].items():
        yield f"{label}: " + ", ".join(f"{what} {count}" for what, count in said.items())
    for share, one in report["precision_at_prevalence"].items():
        bounds = f"{one['low']:.4f}-{one['high']:.4f}"
        yield f"precision of listed if {share} of pages were contraband: {one['value']:.4f} ({bounds})"
    yield ""
    yield from _calibration(report["calibration"])
    yield ""
    yield from _left_out(report.get("left_out", {}))
    yield from _named("benign rows listed", report["benign_listed"])
    missed = sum(report["misses_by_source"].values())
    yield from _named(
        f"contraband rows neither listed nor reviewed: {missed}, of which named", report["missed"]
    )
    yield from _rejected(report["rejected"])


def bar_lines(asked: Sequence[Asked]) -> Iterator[str]:
    """Say of each floor whether it is kept."""
    for one in asked:
        verdict = "not measured" if one.value is None else "MISSED" if one.missed else "kept"
        value = "" if one.value is None else f"{one.value:g} "
        yield f"floor {one.name}: {value}(at {'most' if one.most else 'least'} {one.bound:g}): {verdict}"


def _line(name: str, one: Figures) -> str:
    return (
        f"{name[:30]:30} {one['positives']:6} {one['negatives']:6} {_rate(one['recall_listed']):>22}"
        f" {_rate(one['recall_listed_or_review']):>22} {_rate(one['precision_listed']):>22}"
        f" {one['benign_listed']:14} {_rate(one['false_review']):>22}"
    )


def _rate(one: Figures | None) -> str:
    return "not measured" if one is None else f"{one['value']:.3f} ({one['low']:.3f}-{one['high']:.3f})"


def _pages(title: str, by_lang: Figures, *, each: bool) -> Iterator[str]:
    yield title
    for lang, one in by_lang.items():
        note = "" if one["measured"] else " (not measured: too few)"
        listed, seen = one["recall_listed"], one["recall_listed_or_review"]
        low, high = one["recall_listed_or_review_bounds"]
        size = f"{one['sites']} sites, {one['pages']} rows"
        both = f"listed or review {seen:.3f} ({low:.3f}-{high:.3f})"
        yield f"  {lang}: listed {listed:.3f}, {both} over {size}{note}"
        for site, counts in one["each"].items() if each else ():
            said = f"pages {counts['pages']:4} listed {counts['listed']:4} review {counts['review']:4}"
            yield f"    {site[:40]:40} {said}"


def _confusion(rows: Figures) -> Iterator[str]:
    yield "labelled -> judged (listed or review)"
    for true, said in rows.items():
        yield f"  {true:20} " + ", ".join(f"{judged} {count}" for judged, count in said.items())


def _calibration(one: Figures) -> Iterator[str]:
    if not one["rows"]:
        return
    yield f"confidence against truth, {one['rows']} rows that name goods"
    yield f"  expected calibration error {one['expected_error']:.3f}"
    for tenth in (tenth for tenth in one["bins"] if tenth["rows"]):
        said = f"{tenth['rows']:6} rows, mean {tenth['confidence']:.3f}, contraband {tenth['contraband']:.3f}"
        yield f"  from {tenth['from']:.1f}: {said} {'#' * round(40 * tenth['contraband'])}"


def _left_out(tables: Figures) -> Iterator[str]:
    for name, rows in tables.items():
        yield f"the judge with a score fitted without the {name}, asked of it"
        for row in rows:
            found = f"listed or review {row['recall']:.3f}, listed {row['recall_listed']:.3f}"
            benign = f", benign listed {row['benign_listed']} of {row['benign']}" if row["benign"] else ""
            yield f"  {row['name'][:32]:32} {row['rows']:5} rows: {found}{benign}"
        yield ""


def _named(title: str, rows: list[Figures]) -> Iterator[str]:
    yield f"{title}: {len(rows)}"
    for one in rows:
        kind = f" hard negative {one['hn_kind']}" if one["hard_negative"] else ""
        true = f" {one['true_category']}" if one["true_category"] else ""
        said = f"{one['label']} {one['category']} {one['confidence']:.3f}"
        yield f"  {one['id']} {one['source']}{kind}{true}: {said}; {one['reason']}"
        yield from (
            f"      {because['weight']:+.2f} {because['kind']} {because['rule']}"
            for because in one["because"]
        )


def _rejected(errors: list[Figures]) -> Iterator[str]:
    if errors:
        yield f"rows that could not be used: {len(errors)}"
        yield from (f"  {one['file']} line {one['line']}: {one['error']}" for one in errors[:20])
