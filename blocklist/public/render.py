"""A plan of a page -> its bytes: the only place that runs the templates.

Autoescape is on and an undefined name is an error. Links are relative, so that a page works from ``file://``
and below any path; ``top`` leads to the root of the release, ``home`` to the root of the language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from blocklist.public import words
from blocklist.public.folding import FoldMessages
from blocklist.public.language import Language
from blocklist.public.stencil import Outline, Press


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One page to be made: everything that decides its bytes but the language and the site's own facts."""

    path: str
    """Relative to the language's root: ``entries/LG-…/index.html``."""
    template: str
    view: object
    """A frozen page context."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """What stands on every page; nothing here changes from release to release."""

    title: str
    publisher: str
    """Empty: not said."""
    contact: str
    """Mail or web address; empty: not said."""
    appeal_url: str
    """Where appeals are taken; empty: by ``contact``."""
    licence: str
    """Of the list: a name or a web address; empty: not said."""
    base_url: str
    """Where the site is published, with a final slash; empty: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """What may be rendered once for many views."""

    pieces: tuple[tuple[str, type, Outline], ...]
    """Templates below ``pieces/``, by name."""
    pages: tuple[tuple[str, type, Outline], ...]
    """Templates of pages, by file; their view says its own ``path``."""


class Renderer:
    """Makes the pages of one language."""

    def __init__(
        self,
        folder: Path,
        site: SiteFacts,
        language: Language,
        others: tuple[Language, ...],
        outlines: Outlines = Outlines(pieces=(), pages=()),
    ) -> None:
        self.root = language.root
        self._language = language
        self._site = site
        self._environment, press = _environment(folder, language, outlines.pieces)
        self._others = others
        self._stencils = {
            name: press.stencil(partial(self._plain, name), outline, kind)
            for name, kind, outline in outlines.pages
        }
        self._templates: dict[str, Template] = {}
        self._frames: dict[tuple[str, str, bool], tuple[Markup, Markup]] = {}

    def render(self, plan: Plan) -> tuple[str, bytes]:
        """Return the page's path within the release and its bytes."""
        if stencil := self._stencils.get(plan.template):
            return self.root + plan.path, stencil.fill(plan.view, {})
        return self.root + plan.path, self._html(plan.template, plan.view, plan.path).encode()

    def _plain(self, template: str, view: Any, _known: Mapping[str, Any]) -> str:
        return self._html(template, view, view.path)

    def _html(self, template: str, view: object, path: str) -> str:
        top = "../" * (self.root + path).count("/")
        if path == "404.html" and self._site.base_url:
            top = urlsplit(self._site.base_url).path  # it is served in place of any path, at any depth
        home = top + self.root
        room, _, rest = path.partition("/")
        rooms, footer = self._frame(home, room, alone=rest == "index.html")
        return self._template(template).render(
            site=self._site,
            view=view,
            path=path,
            rooms=rooms,
            footer=footer,
            top=top,
            home=home,
            others=[(other, top + other.root + path) for other in self._others],
        )

    def _template(self, name: str) -> Template:
        # Jinja's own cache takes a lock and asks the loader; a page needs neither.
        if name not in self._templates:
            self._templates[name] = self._environment.get_template(name)
        return self._templates[name]

    def _frame(self, home: str, room: str, *, alone: bool) -> tuple[Markup, Markup]:
        """Return navigation and footer: alike on all pages of a room at one depth, so made once for them."""
        key = (home, room, alone)
        if key not in self._frames:
            known = {"home": home, "room": room, "alone": alone, "site": self._site}
            rooms, footer = (self._template(name).render(known) for name in ("rooms.html", "footer.html"))
            # Rendered by our own templates with autoescape on: it is markup already.
            self._frames[key] = Markup(rooms), Markup(footer)  # noqa: S704
        return self._frames[key]


@cache
def _environment(
    folder: Path, language: Language, pieces: tuple[tuple[str, type, Outline], ...]
) -> tuple[Environment, Press]:
    """Compile the templates of one language once a process: it takes longer than a small site's pages."""
    environment = Environment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", FoldMessages],
        auto_reload=False,
    )
    # newstyle: placeholders are escaped as everything else, and a message is trusted as a template is.
    environment.install_gettext_translations(language.messages, newstyle=True)  # type: ignore[attr-defined] # by i18n
    environment.say = language.say  # type: ignore[attr-defined] # by FoldMessages
    press = Press(
        environment,
        {name: (kind, outline) for name, kind, outline in pieces},
        _writing(language.date),
        _writing(language.day),
    )
    environment.globals |= {
        "language": language,
        "say": language.say,
        "date": language.date,
        "long": press.written(press.long),
        "short": press.written(press.short),
        "each": press.each,
        "day": language.day_of,
        "month": language.month,
        "period": language.period,
        "number": language.number,
        "duration": language.duration,
        "percent": language.percent,
        "words": words,
    }
    return environment, press


def _writing(words_of: Callable[[datetime], str]) -> Callable[[datetime], bytes]:
    """Return what writes a moment as ``time`` element: the day in words, the moment for machines."""

    # Of figures and of the catalogue's own words: as trusted as a template.
    @lru_cache(maxsize=8192)
    def around(day: int) -> bytes:
        """Return the element for a time of that day, with gaps for hour, minute and second."""
        midnight = datetime.fromordinal(day).replace(tzinfo=UTC)
        words = str(escape(words_of(midnight))).replace("%", "%%")
        return f'<time datetime="{midnight.date()}T%02d:%02d:%02dZ">{words}</time>'.encode()

    def write(moment: datetime) -> bytes:
        utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
        return around(utc.toordinal()) % (utc.hour, utc.minute, utc.second)

    return write
