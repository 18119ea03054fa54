"""A plan of a page -> its bytes: the only place that runs the templates.

Autoescape is on and an undefined name is an error. Links are relative, so that a page works from ``file://``
and below any path; ``top`` leads to the root of the release, ``home`` to the root of the language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from blocklist.public import words
from blocklist.public.folding import FoldMessages
from blocklist.public.language import Language


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


class Renderer:
    """Makes the pages of one language."""

    def __init__(
        self, folder: Path, site: SiteFacts, language: Language, others: tuple[Language, ...]
    ) -> None:
        self._language = language
        self._site = site
        self._environment = _environment(folder, language)
        self._others = others
        self._templates: dict[str, Template] = {}
        self._frames: dict[tuple[str, str, bool], tuple[Markup, Markup]] = {}

    def render(self, plan: Plan) -> tuple[str, bytes]:
        """Return the page's path within the release and its bytes."""
        template = self._template(plan.template)
        path = self._language.root + plan.path
        top = "../" * path.count("/")
        if plan.path == "404.html" and self._site.base_url:
            top = urlsplit(self._site.base_url).path  # it is served in place of any path, at any depth
        home = top + self._language.root
        room, _, rest = plan.path.partition("/")
        rooms, footer = self._frame(home, room, alone=rest == "index.html")
        html = template.render(
            site=self._site,
            view=plan.view,
            path=plan.path,
            rooms=rooms,
            footer=footer,
            top=top,
            home=home,
            others=[(other, top + other.root + plan.path) for other in self._others],
        )
        return path, html.encode()

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
def _environment(folder: Path, language: Language) -> Environment:
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
    environment.globals |= {
        "language": language,
        "say": language.say,
        "date": language.date,
        "long": lru_cache(maxsize=65_536)(partial(_time, language.date)),
        "short": lru_cache(maxsize=65_536)(partial(_time, language.day)),
        "day": language.day_of,
        "month": language.month,
        "period": language.period,
        "number": language.number,
        "percent": language.percent,
        "words": words,
    }
    return environment


def _time(words_of: Callable[[datetime], str], moment: datetime) -> Markup:
    """Return a ``time`` element: the day in words, the moment for machines."""
    machine = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return Markup('<time datetime="{}">{}</time>').format(machine, words_of(moment))
