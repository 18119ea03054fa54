"""Pages of one shape are rendered once; what differs between them is filled in, at a tenth of the cost.

A view's attributes are of two kinds: those that a template only writes out (words, moments, groups of pieces)
and those that it may ask about. The second kind is the shape. The second time that a shape is met, the
template is rendered with marks in place of the first kind and cut at the marks; from then on the page is the
cut text with the values between. A template that does more with such a value than to write it gives another
page by its marks: so the first cut of each shape is compared with the page as it is rendered plainly, and is
not used where they differ.
"""

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

_MARK = re.compile("\uf8f0([0-9]+)\uf8f1")
"""Private characters: ``text.readable`` spells them out wherever the web sends any."""
_PLAIN = re.compile("[^&<>'\"]*").fullmatch
"""Nothing to escape: known in a quarter of the time that escaping takes."""
_SHAPES = 2048  # of one template, 8 kB each; a list has a few hundred


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What a template only writes out of its view, by the names of attributes; the others are its shape."""

    words: tuple[str, ...] = ()
    """Texts; of a view that is a text itself: none."""
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
    text: str
    """With a ``%s`` for each gap."""
    chosen: Callable[[Sequence[str]], tuple[str, ...]]
    """The values for the gaps, of all values."""
    groups: tuple[tuple[str, dict[str, Any]], ...]
    """As what each group is written."""


_UNFIT = _Cut("", lambda _: (), ())
_UNSEEN = _Cut("", lambda _: (), ())


class Stencil:
    """One template, cut for each shape of its view."""

    def __init__(
        self, plain: Callable[[Any, Mapping[str, Any]], str], outline: Outline, kind: type, press: "Press"
    ) -> None:
        self._plain = plain
        self._outline = outline
        self._press = press
        if names := _attributes(kind):
            slots = {*outline.words, *outline.long, *outline.short, *outline.groups}
            shape = [name for name in names if name not in slots]
            self._shape: Callable[[Any], Hashable] = attrgetter(*shape) if shape else lambda _: ()
            self._words = _getter(outline.words)
        else:
            self._shape = lambda _: ()
            self._words = lambda view: (view,)
        self._long, self._short = _getter(outline.long), _getter(outline.short)
        self._groups = _getter(outline.groups)
        self._cuts: dict[Hashable, _Cut | None] = {}

    def fill(self, view: Any, known: Mapping[str, Any]) -> str:
        """Return the text of ``view``; ``known`` is what else the template knows: it belongs to the shape."""
        groups = self._groups(view)
        shape = (self._shape(view), *map(bool, groups), *known.values())
        cut = self._cuts.get(shape, _UNSEEN)
        if cut is _UNSEEN:
            if len(self._cuts) >= _SHAPES:
                self._cuts.clear()
            self._cuts[shape] = None
            return self._plain(view, known)
        if cut is None:
            cut = self._cuts[shape] = self._cut(view, known)
        if cut is _UNFIT:
            return self._plain(view, known)
        return self._filled(cut, view, groups)

    def fill_each(self, group: Sequence[Any], known: Mapping[str, Any]) -> str:
        """Return the texts of ``group``, one after the other."""
        if self._outline.groups or self._outline.long:
            return "".join([self.fill(one, known) for one in group])
        texts = []  # the same as ``fill``, in half the time: most pieces only have words and a day
        cuts, shape_of, words, short = self._cuts, self._shape, self._words, self._short
        written, beside = self._press.short, tuple(known.values())
        for one in group:
            cut = cuts.get((shape_of(one), *beside))
            if cut is None or cut is _UNFIT:
                texts.append(self.fill(one, known))
                continue
            values = _escaped(words(one))
            if self._outline.short:
                values = (*values, *map(written, short(one)))
            texts.append(cut.text % cut.chosen(values))
        return "".join(texts)

    def _filled(self, cut: _Cut, view: Any, groups: Sequence[Any]) -> str:
        values, press, outline = [*_escaped(self._words(view))], self._press, self._outline
        if outline.long:
            values += map(press.long, self._long(view))
        if outline.short:
            values += map(press.short, self._short(view))
        for (name, known), group in zip(cut.groups, groups, strict=True):
            values.append(press.pieces(name, group, known) if name else "")
        return cut.text % cut.chosen(values)

    def _cut(self, view: Any, known: Mapping[str, Any]) -> _Cut:
        """Return the cut for the shape of ``view``; ``_UNFIT``: the template does not bear it."""
        marked, groups = self._marked(view)
        plain = self._plain(view, known)
        try:
            parts = _MARK.split(self._plain(marked, known))
        except TypeError:
            return _UNFIT
        text = "%s".join(part.replace("%", "%%") for part in parts[::2])
        chosen = _chosen([int(number) for number in parts[1::2]])
        cut = _Cut(text, chosen, tuple(each.written for each in groups))
        try:
            fits = self._filled(cut, view, self._groups(view)) == plain
        except IndexError:  # a mark that we did not set
            fits = False
        return cut if fits else _UNFIT

    def _marked(self, view: Any) -> tuple[Any, list[_Group]]:
        marks = map("\uf8f0{}\uf8f1".format, range(1000))
        if not _attributes(type(view)):
            return next(marks), []
        changes: dict[str, Any] = {name: next(marks) for name in self._outline.words}
        for name in (*self._outline.long, *self._outline.short):
            changes[name] = _Moment(1, 1, 1)
            changes[name].mark = next(marks)
        groups = [_Group(next(marks), filled=bool(getattr(view, name))) for name in self._outline.groups]
        changes |= zip(self._outline.groups, groups, strict=True)
        again = view._replace if hasattr(view, "_fields") else partial(replace, view)
        return again(**changes), groups


class Press:
    """The stencils of one language's pieces, and how it writes moments."""

    def __init__(
        self,
        environment: Environment,
        pieces: Mapping[str, tuple[type, Outline]],
        long: Callable[[datetime], str],
        short: Callable[[datetime], str],
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

    def written(self, how: Callable[[datetime], str]) -> Callable[[datetime], Markup]:
        """Return what a template writes a moment by: ``long`` or ``short``."""

        def write(moment: datetime) -> Markup:
            # Markup that ``how`` makes of figures, or figures between two private characters.
            return Markup(moment.mark if isinstance(moment, _Moment) else how(moment))  # noqa: S704

        return write

    def each(self, name: str, group: Sequence[Any], **known: Any) -> Markup:
        """Return the pieces of ``group``, one after the other, each by ``pieces/<name>.html``."""
        if isinstance(group, _Group):
            group.written = name, known
            return Markup(group.mark)  # noqa: S704 - figures between two private characters
        # Rendered by our own templates with autoescape on: it is markup already.
        return Markup(self.pieces(name, group, known))  # noqa: S704

    def pieces(self, name: str, group: Sequence[Any], known: Mapping[str, Any]) -> str:
        """Return what ``each`` does, as text."""
        return self._stencils[name].fill_each(group, known)


def _rendering(environment: Environment, name: str) -> Callable[[Any, Mapping[str, Any]], str]:
    def render(one: Any, known: Mapping[str, Any]) -> str:
        return environment.get_template(name).render(known, one=one)

    return render


def _attributes(kind: type) -> tuple[str, ...]:
    """Return the names of a named tuple's or dataclass's attributes; empty: it is a text."""
    if is_dataclass(kind):
        return tuple(each.name for each in fields(kind))
    named: tuple[str, ...] = getattr(kind, "_fields", ())
    return named


def _escaped(words: tuple[str, ...]) -> Sequence[str]:
    """Return the texts as HTML; most have nothing to escape, which one look at all of them tells."""
    if _PLAIN("".join(words)):
        return words
    return [word if _PLAIN(word) else escape(word) for word in words]


def _chosen(numbers: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """Return what chooses the values of these numbers, one or none too."""
    if len(numbers) > 1:
        return itemgetter(*numbers)
    return lambda values: tuple([values[number] for number in numbers])


def _getter(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads those attributes as a tuple, one name or none too."""
    if not names:
        return lambda _: ()
    if len(names) == 1:
        (name,) = names
        return lambda view: (getattr(view, name),)
    return attrgetter(*names)
