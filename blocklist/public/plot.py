"""A small table of counts -> an SVG picture of it and its CSV (pure).

::

    <svg role="img" aria-labelledby="months-title months-desc" viewBox="0 0 420 212" …>
      <title id="months-title">Listed and removed, by month</title><desc id="months-desc">…</desc>
      <rect class="a" fill="#14506b" …/> <text …>12</text> …

Built as a tree, so that no label can become markup. The picture needs no style sheet and no script: colours
are attributes, which the site's own stylesheet overrides where the picture stands in a page (dark, print).
Every value is written beside its bar, and the second series is drawn in outline: colour alone says nothing.
Axes, scales and other kinds of chart are left out: what is plotted here is a handful of counts.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

WIDTH = 420  # units of the view box; letters of 12 are read at half the width of a phone too
_ROW, _TOP, _HIGH = 26, 30, 120
_LETTER = 6.8  # mean width of a Latin letter of size 12; a wide (CJK) one takes two
_FILLS = ({"fill": "#14506b"}, {"fill": "#fdfcf9", "stroke": "#8a2f1d", "stroke-width": "1.5"})
_INK, _RULE = "#1f2426", "#b9b3a5"
_WIDE = 0x2E80
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")

Number = Callable[[float], str]
"""Writes a number in the reader's language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """What one kind of bar counts."""

    key: str
    """Column of the CSV: ``listed``."""
    name: str
    """For readers, in their language."""
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A table of counts with names, in one language."""

    id: str
    """Name of its files, and of its column of keys in the CSV: ``month``."""
    title: str
    keys: tuple[str, ...]
    """Of the rows, for machines: ``2026-11``."""
    labels: tuple[str, ...]
    """Of the rows, for readers."""
    series: tuple[Series, ...]
    """One or two."""
    across: bool = False
    """True: bars lie, which leaves room for long labels."""

    @property
    def rows(self) -> tuple[tuple[str, tuple[int, ...]], ...]:
        """Label and values of each row."""
        return tuple(zip(self.labels, zip(*(one.values for one in self.series), strict=True), strict=True))

    @property
    def empty(self) -> bool:
        """Nothing was counted."""
        return not any(map(any, (one.values for one in self.series)))


def svg(chart: Chart, number: Number) -> str:
    """Return the picture of ``chart`` as an ``svg`` element, for a page or a file of its own."""
    draw = _lying if chart.across else _standing
    height, shapes = draw(chart, number)
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "class": "plot",
            "role": "img",
            "aria-labelledby": f"{chart.id}-title {chart.id}-desc",
            "viewBox": f"0 0 {WIDTH} {height}",
            "width": str(WIDTH),
            "height": str(height),
            "font-family": "system-ui, sans-serif",
            "font-size": "12",
        },
    )
    ET.SubElement(root, "title", id=f"{chart.id}-title").text = chart.title
    ET.SubElement(root, "desc", id=f"{chart.id}-desc").text = _told(chart, number)
    if len(chart.series) > 1:
        root.extend(_legend(chart))
    root.extend(shapes)
    return ET.tostring(root, encoding="unicode")


def latest(chart: Chart, rows: int) -> Chart:
    """Return the chart of the last ``rows`` rows alone."""
    return replace(
        chart,
        keys=chart.keys[-rows:],
        labels=chart.labels[-rows:],
        series=tuple(replace(one, values=one.values[-rows:]) for one in chart.series),
    )


def table(chart: Chart) -> bytes:
    """Return the counts as CSV (RFC 4180), keys and columns the same in every language."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([chart.id, *(one.key for one in chart.series)])
    for key, *values in zip(chart.keys, *(one.values for one in chart.series), strict=True):
        writer.writerow([f"'{key}" if key.startswith(_FORMULA) else key, *values])
    return out.getvalue().encode()


def _told(chart: Chart, number: Number) -> str:
    """Return every count in words, for those who do not see the picture."""
    rows = (
        f"{label}: "
        + ", ".join(f"{one.name} {number(value)}" for one, value in zip(chart.series, values, strict=True))
        for label, values in chart.rows
    )
    return "; ".join(rows)


def _standing(chart: Chart, number: Number) -> tuple[int, list[ET.Element]]:
    most = max((max(one.values, default=0) for one in chart.series), default=0) or 1
    top = _TOP if len(chart.series) > 1 else 16
    floor = top + _HIGH
    step = WIDTH / max(1, len(chart.labels))
    wide = min(34.0, step * 0.8 / len(chart.series))
    shapes = [_line(0, floor, WIDTH, floor)]
    for place, (label, values) in enumerate(chart.rows):
        middle = (place + 0.5) * step
        left = middle - wide * len(values) / 2
        for kind, value in enumerate(values):
            high = value / most * (_HIGH - 14)
            at = left + kind * wide
            if value:
                shapes.append(_bar(kind, at, floor - high, wide - 1, high))
            shapes.append(_text(number(value), at + wide / 2, floor - high - 4, "middle"))
        for line, words in enumerate(lines_of(label, step - 6)):
            shapes.append(_text(words, middle, floor + 16 + 14 * line, "middle"))
    lines = max((len(lines_of(label, step - 6)) for label in chart.labels), default=1)
    return round(floor + 10 + 14 * lines), shapes


def _lying(chart: Chart, number: Number) -> tuple[int, list[ET.Element]]:
    (one,) = chart.series
    most = max(one.values, default=0) or 1
    start = min(0.55 * WIDTH, max((_width(label) for label in chart.labels), default=0) + 8)
    room = WIDTH - start - max((_width(number(value)) for value in one.values), default=0) - 8
    shapes = []
    for place, (label, value) in enumerate(zip(chart.labels, one.values, strict=True)):
        base = place * _ROW + 18
        long = value / most * room
        shapes.append(_text(fitting(label, start - 8), start - 8, base, "end"))
        shapes.append(_bar(0, start, base - 12, max(long, 1), 16))
        shapes.append(_text(number(value), start + long + 5, base, "start"))
    return len(chart.labels) * _ROW + 6, shapes


def _legend(chart: Chart) -> list[ET.Element]:
    shapes = []
    left = 0.0
    for kind, one in enumerate(chart.series):
        shapes.append(_bar(kind, left + 1, 3, 11, 11))
        shapes.append(_text(one.name, left + 18, 13, "start"))
        left += 18 + _width(one.name) + 22
    return shapes


def _bar(kind: int, x: float, y: float, width: float, height: float) -> ET.Element:
    place = {"x": _at(x), "y": _at(y), "width": _at(width), "height": _at(height)}
    return ET.Element("rect", {"class": "ab"[kind], **place, **_FILLS[kind]})


def _line(x1: float, y1: float, x2: float, y2: float) -> ET.Element:
    return ET.Element("line", {"x1": _at(x1), "y1": _at(y1), "x2": _at(x2), "y2": _at(y2), "stroke": _RULE})


def _text(words: str, x: float, y: float, anchor: str) -> ET.Element:
    element = ET.Element("text", {"x": _at(x), "y": _at(y), "text-anchor": anchor, "fill": _INK})
    element.text = words
    return element


def _at(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _width(text: str) -> float:
    return sum(2 * _LETTER if ord(letter) >= _WIDE else _LETTER for letter in text)


def fitting(text: str, room: float) -> str:
    """Return ``text``, in letters of size 12, as far as it fits into ``room``, about."""
    if _width(text) <= room:
        return text
    while text and _width(text) > room - 2 * _LETTER:
        text = text[:-1]
    return f"{text}…"


def lines_of(label: str, room: float) -> list[str]:
    """Break a label of letters of size 12 at its spaces into lines that fit into ``room``, about."""
    lines: list[str] = []
    for word in label.split():
        if lines and _width(f"{lines[-1]} {word}") <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
