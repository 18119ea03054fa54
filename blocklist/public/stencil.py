"""Pages of one shape are rendered once; what differs between them is filled in, at a hundredth of the cost.

A view's attributes are of two kinds: those that a template only writes out (words, moments, groups of pieces)
and those that it may ask about. The second kind is the shape. The second time that a shape is met, the
template is rendered with marks in place of the first kind and cut at the marks; from then on the page is the
cut text with the values between. A template that does more with such a value than to write it gives another
page by its marks: so the first cut of each shape is compared with the page as it is rendered plainly, and is
not used where they differ.

All is bytes as the page will be: to join a page of 6 kB from its parts takes 1 µs, to write values into a
text and to encode that takes 20.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

_MARK = re.compile("\uf8f0([0-9]+)\uf8f1")
"""Private characters: ``text.readable`` spells them out wherever the web sends any."""
_SHAPES = 2048  # of one template, 8 kB each; a list has a few hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a template only writes out of its view, by the names of attributes; the others are its shape.

    ``pager.newer`` names an attribute of a dataclass that an attribute is.
    """

    words: tuple[str, ...] = ()
    """Texts; of a view that is a text itself: none."""
    maybe: tuple[str, ...] = ()
    """Texts; the template may ask whether there is any."""
    long: tuple[str, ...] = ()
    """Moments, written by ``long``."""
    short: tuple[str, ...] = ()
    """Moments, written by ``short``."""
    groups: tuple[str, ...] = ()
    """Sequences, written by ``each``; the template may ask whether there are any."""


class _Group(Sequence[Any]):
    """Stands for a group while its page is cut; remembers as what the template writes it."""

    def __init__(self, mark: str, *, filled: bool) -> None:
        self.mark = mark
        self.filled = filled
        self.written: tuple[str, dict[str, Any]] = ("", {})  # not at all, where it is empty

    def __bool__(self) -> bool:
        return self.filled

    def __len__(self) -> int:
        raise TypeError("the template counts what it should only write")

    def __getitem__(self, _place: object) -> Any:
        raise TypeError("the template reads what it should only write")


class _Moment(datetime):
    """Stands for a moment while its page is cut."""

    mark: str


@dataclass(frozen=True, slots=True)
class _Cut:
    parts: list[bytes]
    """What stands before, between and after the gaps, which are every second part."""
    chosen: Callable[[Sequence[bytes]], tuple[bytes, ...]]
    """The values for the gaps, of all values."""
    groups: tuple[tuple[str, dict[str, Any]], ...]
    """As what each group is written."""

    def filled(self, values: Sequence[bytes]) -> list[bytes]:
        parts = self.parts.copy()
        parts[1::2] = self.chosen(values)
        return parts


_UNFIT = _Cut([], lambda _: (), ())
_UNSEEN = _Cut([], lambda _: (), ())


class Stencil:
    """One template, cut for each shape of its view."""

    def __init__(
        self, plain: Callable[[Any, Mapping[str, Any]], str], outline: Outline, kind: type, press: "Press"
    ) -> None:
        self._plain = plain
        self._outline = outline
        self._press = press
        texts = (*outline.words, *outline.maybe)
        slots = {*texts, *outline.long, *outline.short, *outline.groups}
        self._shape = _shape(
            _getter(kind, tuple(_others(kind, slots))), _getter(kind, (*outline.maybe, *outline.groups))
        )
        self._words = _getter(kind, texts) if _attributes(kind) else lambda view: (view,)
        self._long, self._short = _getter(kind, outline.long), _getter(kind, outline.short)
        self._groups = _getter(kind, outline.groups)
        self._cuts: dict[Hashable, dict[Hashable, _Cut | None]] = {}

    def fill(self, view: Any, known: Mapping[str, Any]) -> bytes:
        """Return the text of ``view``; ``known`` is what else the template knows: it belongs to the shape."""
        cuts = self._cuts.setdefault((*known.values(),), {})
        shape = self._shape(view)
        cut = cuts.get(shape, _UNSEEN)
        if cut is _UNSEEN:
            if len(cuts) >= _SHAPES:
                cuts.clear()
            cuts[shape] = None
            return self._plain(view, known).encode()
        if cut is None:
            cut = cuts[shape] = self._cut(view, known)
        if cut is _UNFIT:
            return self._plain(view, known).encode()
        return b"".join(cut.filled(self._values(cut, view)))

    def fill_each(self, group: Sequence[Any], known: Mapping[str, Any]) -> bytes:
        """Return the texts of ``group``, one after the other."""
        cuts = self._cuts.setdefault((*known.values(),), {})
        shape_of, values = self._shape, self._values
        texts: list[bytes] = []
        for one in group:
            cut = cuts.get(shape_of(one))
            if cut is None or cut is _UNFIT:
                texts.append(self.fill(one, known))
            else:
                texts += cut.filled(values(cut, one))
        return b"".join(texts)

    def _values(self, cut: _Cut, view: Any) -> list[bytes]:
        """Return what ``cut`` has gaps for, in the order of the outline."""
        values, press, outline = _escaped(self._words(view)), self._press, self._outline
        if outline.long:
            values += map(press.long, self._long(view))
        if outline.short:
            values += map(press.short, self._short(view))
        if cut.groups:
            for (name, known), group in zip(cut.groups, self._groups(view), strict=True):
                values.append(press.pieces(name, group, known) if name else b"")
        return values

    def _cut(self, view: Any, known: Mapping[str, Any]) -> _Cut:
        """Return the cut for the shape of ``view``; ``_UNFIT``: the template does not bear it."""
        marked, groups = self._marked(view)
        plain = self._plain(view, known)
        try:
            parts = _MARK.split(self._plain(marked, known))
        except TypeError:
            return _UNFIT
        cut = _Cut(
            [part.encode() for part in parts],
            _chosen([int(number) for number in parts[1::2]]),
            tuple(each.written for each in groups),
        )
        try:
            fits = b"".join(cut.filled(self._values(cut, view))) == plain.encode()
        except IndexError:  # a mark that we did not set
            fits = False
        return cut if fits else _UNFIT

    def _marked(self, view: Any) -> tuple[Any, list[_Group]]:
        marks = map("\uf8f0{}\uf8f1".format, range(1000))
        if not _attributes(type(view)):
            return next(marks), []
        outline = self._outline
        changes: dict[str, Any] = {name: next(marks) for name in outline.words}
        for name in outline.maybe:
            mark = next(marks)
            changes[name] = mark if attrgetter(name)(view) else ""
        for name in (*outline.long, *outline.short):
            changes[name] = _Moment(1, 1, 1)
            changes[name].mark = next(marks)
        groups = [_Group(next(marks), filled=bool(attrgetter(name)(view))) for name in outline.groups]
        changes |= zip(outline.groups, groups, strict=True)
        return with_changes(view, changes), groups


class Press:
    """The stencils of one language's pieces, and how it writes moments."""

    def __init__(
        self,
        environment: Environment,
        pieces: Mapping[str, tuple[type, Outline]],
        long: Callable[[datetime], bytes],
        short: Callable[[datetime], bytes],
    ) -> None:
        self.long, self.short = long, short
        self._stencils = {
            name: self.stencil(_rendering(environment, f"pieces/{name}.html"), outline, kind)
            for name, (kind, outline) in pieces.items()
        }

    def stencil(
        self, plain: Callable[[Any, Mapping[str, Any]], str], outline: Outline, kind: type
    ) -> Stencil:
        """Return a stencil of what ``plain`` renders from views of that kind."""
        return Stencil(plain, outline, kind, self)

    def written(self, how: Callable[[datetime], bytes]) -> Callable[[datetime], Markup]:
        """Return what a template writes a moment by: ``long`` or ``short``."""

        def write(moment: datetime) -> Markup:
            # Markup that ``how`` makes of figures, or figures between two private characters.
            return Markup(moment.mark if isinstance(moment, _Moment) else how(moment).decode())  # noqa: S704

        return write

    def each(self, name: str, group: Sequence[Any], **known: Any) -> Markup:
        """Return the pieces of ``group``, one after the other, each by ``pieces/<name>.html``."""
        if isinstance(group, _Group):
            group.written = name, known
            return Markup(group.mark)  # noqa: S704 - figures between two private characters
        # Rendered by our own templates with autoescape on: it is markup already.
        return Markup(self.pieces(name, group, known).decode())  # noqa: S704

    def pieces(self, name: str, group: Sequence[Any], known: Mapping[str, Any]) -> bytes:
        """Return what ``each`` does, as the bytes of a page."""
        return self._stencils[name].fill_each(group, known)


def _rendering(environment: Environment, name: str) -> Callable[[Any, Mapping[str, Any]], str]:
    def render(one: Any, known: Mapping[str, Any]) -> str:
        return environment.get_template(name).render(known, one=one)

    return render


def _attributes(kind: type) -> Mapping[str, Any]:
    """Return the attributes of a named tuple or dataclass, each with its type; empty: it is a text."""
    if is_dataclass(kind):
        return {each.name: each.type for each in fields(kind)}
    return dict.fromkeys(getattr(kind, "_fields", ()))


def _others(kind: type, slots: Collection[str], within: str = "") -> Iterator[str]:
    """Give the names of all attributes but ``slots``; of one that has slots of its own, those of its own."""
    for name, its in _attributes(kind).items():
        if any(slot.startswith(f"{within}{name}.") for slot in slots):
            yield from _others(its, slots, f"{within}{name}.")
        elif within + name not in slots:
            yield within + name


def _shape(
    others: Callable[[Any], tuple[Any, ...]], asked: Callable[[Any], tuple[Any, ...]]
) -> Callable[[Any], Hashable]:
    """Return what tells a view's shape: ``others`` as they are, and whether there is what is ``asked``."""
    return (lambda view: (*others(view), *map(bool, asked(view)))) if asked is not _nothing else others


def _nothing(_view: object) -> tuple[Any, ...]:
    return ()


def with_changes(view: Any, changes: Mapping[str, Any]) -> Any:
    """Return ``view`` with other attributes, named as in an ``Outline``."""
    own = {name: value for name, value in changes.items() if "." not in name}
    for head in {name.partition(".")[0] for name in changes.keys() - own.keys()}:
        inner = {
            name.partition(".")[2]: value for name, value in changes.items() if name.startswith(f"{head}.")
        }
        own[head] = with_changes(getattr(view, head), inner)
    return view._replace(**own) if hasattr(view, "_fields") else replace(view, **own)


def _escaped(words: tuple[str, ...]) -> list[bytes]:
    """Return the texts as HTML; most have nothing to escape, which one look at all of them tells."""
    all_of = "".join(words)
    if "&" in all_of or "<" in all_of or ">" in all_of or '"' in all_of or "'" in all_of:
        return [escape(word).encode() for word in words]
    return [word.encode() for word in words]


def _chosen(numbers: Sequence[int]) -> Callable[[Sequence[bytes]], tuple[bytes, ...]]:
    """Return what chooses the values of these numbers, one or none too."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda values: tuple([values[number] for number in numbers])


def _getter(kind: type, names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads those attributes as a tuple, one name or none too."""
    if not names:
        return _nothing
    order = list(_attributes(kind))
    get = attrgetter(*names) if is_dataclass(kind) else itemgetter(*map(order.index, names))
    return (lambda view: (get(view),)) if len(names) == 1 else get
