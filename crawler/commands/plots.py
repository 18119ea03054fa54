"""Small plots as SVG, drawn by hand: no script, no library, in light and dark by the page's own colours.

Every function returns markup that is safe to put in a page; what it shows stands in a table beside it too.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from blocklist.interval import wilson

WIDTH, HEIGHT = 420, 260  # user units
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 10, 12, 40
_ROW = 18  # height of a bar with its name
_NAMES = 150  # width of the names beside bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From a share or a count to a place on the plot."""

    most_x: float = 1.0
    most_y: float = 1.0

    def x(self, value: float) -> float:
        """Place from left to right."""
        return round(_LEFT + value / self.most_x * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, value: float) -> float:
        """Place from top to bottom."""
        return round(HEIGHT - _BOTTOM - value / self.most_y * (HEIGHT - _TOP - _BOTTOM), 1)


def reliability(bins: Sequence[Mapping[str, Any]]) -> Markup:
    """Mean confidence against the share that is contraband, with 95% bounds; the honest lie on the line."""
    scale = Scale()
    parts = [Markup('<path class="ideal" d="M{} {}L{} {}"/>').format(
        scale.x(0), scale.y(0), scale.x(1), scale.y(1)
    )]  # fmt: skip
    for one in bins:
        if not one["rows"]:
            continue
        low, high = wilson(round(one["contraband"] * one["rows"]), one["rows"])
        x = scale.x(one["confidence"])
        parts.append(Markup('<path class="bounds" d="M{} {}V{}"/>').format(x, scale.y(low), scale.y(high)))
        parts.append(
            Markup('<circle class="found" cx="{}" cy="{}" r="4"><title>{}</title></circle>').format(
                x,
                scale.y(one["contraband"]),
                f"{one['rows']} rows, confidence {one['confidence']:.2f}, contraband {one['contraband']:.2f}",
            )
        )
    return _plot("Reliability diagram", parts, scale, "confidence", "share contraband")


def threshold_curves(curve: Sequence[Mapping[str, Any]]) -> Markup:
    """Recall (solid) and precision (dashed) if the confidence alone decided, by threshold."""
    scale = Scale()
    parts = []
    # From the first bin on everything is found: that says nothing.
    for name, css in (("recall", "found"), ("precision", "wrong")):
        points = [
            (scale.x(one["threshold"]), scale.y(one[name])) for one in curve[1:] if one[name] is not None
        ]
        parts.append(Markup('<path class="line {}" d="{}"/>').format(css, _path(points)))
        if points:
            at = points[len(points) // 2]
            parts.append(
                Markup('<text class="named {}" x="{}" y="{}">{}</text>').format(css, at[0], at[1] - 8, name)
            )
    return _plot("Precision and recall against threshold", parts, scale, "threshold", "share")


def histogram(counts: Sequence[int], name: str, css: str) -> Markup:
    """Rows by confidence; those in which nothing is named (the first bin) are left to the caption."""
    shown = counts[1:]
    scale = Scale(most_y=4 * math.ceil(max([*shown, 1]) / 4))
    width = round((WIDTH - _LEFT - _RIGHT) / len(counts) - 1, 1)
    bars = [
        Markup('<rect class="bar {}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
            css,
            scale.x(at / len(counts)),
            scale.y(count),
            width,
            round(scale.y(0) - scale.y(count), 1),
            f"{count} rows from {at / len(counts):.2f}",
        )
        for at, count in enumerate(shown, start=1)
        if count
    ]
    return _plot(f"Confidences of {name}", bars, scale, "confidence", "rows")


def site_bars(sites: Mapping[str, Mapping[str, int]]) -> Markup:
    """Per site, the share of its pages listed (full) and left to a moderator (light), fewest first."""
    rows = sorted(
        sites.items(), key=lambda item: ((item[1]["listed"] + item[1]["review"]) / item[1]["pages"], item[0])
    )
    width = WIDTH + _NAMES
    room = width - _NAMES - 70
    parts = []
    for at, (site, one) in enumerate(rows):
        y = at * _ROW + 4
        listed = one["listed"] / one["pages"] * room
        review = one["review"] / one["pages"] * room
        said = f"{one['listed']} listed, {one['review']} for review, of {one['pages']}"
        parts.append(
            Markup(
                '<g><title>{}</title><text class="name" x="{}" y="{}">{}</text>'
                '<rect class="track" x="{}" y="{}" width="{}" height="12"/>'
                '<rect class="bar found" x="{}" y="{}" width="{}" height="12"/>'
                '<rect class="bar review" x="{}" y="{}" width="{}" height="12"/>'
                '<text class="count" x="{}" y="{}">{}/{}</text></g>'
            ).format(
                f"{site}: {said}", _NAMES - 6, y + 10, site[:22],
                _NAMES, y, round(room, 1),
                _NAMES, y, round(listed, 1),
                round(_NAMES + listed, 1), y, round(review, 1),
                round(_NAMES + room + 6, 1), y + 10, one["listed"] + one["review"], one["pages"],
            )
        )  # fmt: skip
    return _svg("Recall by site", parts, width, len(rows) * _ROW + 8)


def _plot(title: str, parts: Iterable[Markup], scale: Scale, x_name: str, y_name: str) -> Markup:
    frame = [
        Markup('<path class="axis" d="M{0} {1}V{2}H{3}"/>').format(
            scale.x(0), scale.y(scale.most_y), scale.y(0), scale.x(scale.most_x)
        )
    ]
    for step in range(5):
        x, y = scale.most_x * step / 4, scale.most_y * step / 4
        frame.append(
            Markup('<path class="grid" d="M{} {}H{}"/>').format(scale.x(0), scale.y(y), scale.x(scale.most_x))
        )
        frame.append(
            Markup('<text class="tick x" x="{}" y="{}">{}</text>').format(
                scale.x(x), HEIGHT - _BOTTOM + 14, _short(x)
            )
        )
        frame.append(
            Markup('<text class="tick y" x="{}" y="{}">{}</text>').format(
                _LEFT - 5, scale.y(y) + 4, _short(y)
            )
        )
    frame.append(
        Markup('<text class="axis-name" x="{}" y="{}">{}</text>').format(
            scale.x(scale.most_x / 2), HEIGHT - 8, x_name
        )
    )
    frame.append(
        Markup('<text class="axis-name" transform="translate(10 {}) rotate(-90)">{}</text>').format(
            scale.y(scale.most_y / 2), y_name
        )
    )
    return _svg(title, [*frame, *parts], WIDTH, HEIGHT)


def _svg(title: str, parts: Iterable[Markup], width: int, height: int) -> Markup:
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        width, height, title, Markup("").join(map(escape, parts))
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{'L' if at else 'M'}{x} {y}" for at, (x, y) in enumerate(points))


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 or value == int(value) else f"{value:.2f}".rstrip("0")  # noqa: PLR2004 - two digits suffice
