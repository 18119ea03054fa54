"""A page that was cut and filled is the page as it is rendered; templates not fit for it are left alone."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined

from blocklist.model import EvidenceKind, Scope, Vantage
from blocklist.public import site_pages
from blocklist.public.assets import site_folder
from blocklist.public.browse import DomainRow, DomainsPage, Initial
from blocklist.public.categories import CategoryPage, category_views
from blocklist.public.entries import EntriesPage, EntryView
from blocklist.public.language import load_languages
from blocklist.public.outlines import OUTLINES
from blocklist.public.pages import site_facts
from blocklist.public.paging import Pager
from blocklist.public.quotes import Excerpt, Reasons
from blocklist.public.removed import RemovedPage, Stay
from blocklist.public.render import Outlines, Plan, Renderer
from blocklist.public.rows import Row
from blocklist.public.stencil import _UNFIT, Outline, Press, Stencil, _Cut, with_changes
from blocklist.release.context import Visit
from tests.sample_site import HOSTILE, NOW, POLICY, Site, sample_context

LANGUAGES = load_languages(("en", "zh"), site_folder() / "locale")
UNCUT = Outlines(pieces=tuple((name, kind, Outline()) for name, kind, _ in OUTLINES.pieces), pages=())
RENDERERS = [
    (
        Renderer(site_folder(), site_facts(Site()), language, LANGUAGES, OUTLINES),
        Renderer(site_folder(), site_facts(Site()), language, LANGUAGES, UNCUT),
    )
    for language in LANGUAGES
]
CATEGORIES = category_views(POLICY, frozenset({"lost"}), "en")
WORDS = st.sampled_from(
    ["plain", "普通", "\uf8f01\uf8f1", "<b>&", "", *(x.replace("\ud800", "") for x in HOSTILE)]
)
MOMENTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the strategy adds the zone
STAYS = st.builds(
    Stay, id=WORDS, listed_at=MOMENTS, removed_at=MOMENTS, reason=st.sampled_from(["error", "expired"])
)
EXCERPTS = st.builds(
    Excerpt,
    text=WORDS,
    lang=st.sampled_from(["", "zh"]),
    is_glossed=st.booleans(),
    gloss=WORDS,
)
REASONS = st.builds(
    Reasons,
    kind=st.sampled_from(EvidenceKind),
    excerpts=st.lists(EXCERPTS, min_size=1, max_size=3).map(tuple),
    more=st.sampled_from([0, 1, 1200]),
)
VISITS = st.builds(Visit, vantage=st.sampled_from(Vantage), fetched_at=MOMENTS, hops=st.integers(0, 2))
VIEWS = st.builds(
    EntryView,
    id=st.sampled_from(["LG-4QJ7ZC2MXA", "LG-<b>&"]),
    address=WORDS,
    scope=st.sampled_from(Scope),
    sensitive=st.booleans(),
    category_id=WORDS,
    category_title=WORDS,
    is_ruled=st.booleans(),
    grade=st.integers(1, 4),
    clause=WORDS,
    jurisdiction=WORDS,
    reasons=st.lists(REASONS, max_size=2).map(tuple),
    aliases=st.lists(WORDS, max_size=3).map(tuple),
    more_aliases=st.integers(0, 1),
    first_seen=MOMENTS,
    listed_at=MOMENTS,
    verified_at=MOMENTS,
    expires_at=MOMENTS,
    decided_by=st.sampled_from(["machine", "moderator"]),
    evidence_digest=WORDS,
    policy=WORDS,
    visits=st.lists(VISITS, max_size=2).map(tuple),
    is_proven=st.booleans(),
    confirmed=st.none() | MOMENTS,
    proof=WORDS,
    earlier=st.lists(STAYS, max_size=2).map(tuple),
)


ROWS = st.builds(
    Row,
    id=WORDS,
    address=WORDS,
    scope=st.sampled_from(Scope),
    category_title=WORDS,
    grade=st.integers(1, 4),
    listed_at=MOMENTS,
    day=WORDS,
    opens_day=st.booleans(),
)
DOMAIN_ROWS = st.builds(
    DomainRow,
    domain=WORDS,
    newest=WORDS,
    others=st.lists(WORDS, max_size=3).map(tuple),
    more=st.sampled_from([0, 7, 1200]),
)
NAMES = st.sampled_from(
    ["", "LG-4QJ7ZC2MXA", "LG-<b>&", "\uf8f01\uf8f1"]
)  # no slash: they are fit for a path
PAGERS = st.builds(
    Pager, folder=st.sampled_from(["entries", "domains/a"]), name=NAMES, newer=WORDS, older=WORDS
)
INITIALS = st.just((Initial(name="a", domains=7), Initial(name="ip", domains=1)))


def several(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(rows, max_size=3).map(tuple)


PAGES: dict[str, st.SearchStrategy[Any]] = {
    "category.html": st.builds(
        CategoryPage,
        category=st.sampled_from([CATEGORIES["tobacco"], CATEGORIES["lost"]]),
        total=st.sampled_from([0, 1, 1200]),
        span=WORDS,
        rows=several(ROWS),
        pager=PAGERS,
    ),
    "domains.html": st.builds(
        DomainsPage,
        initials=INITIALS,
        initial=st.sampled_from(["", "a", "ip"]),
        span=WORDS,
        rows=several(DOMAIN_ROWS),
        pager=PAGERS,
    ),
    "entries.html": st.builds(
        EntriesPage, total=st.sampled_from([0, 1200]), span=WORDS, rows=several(ROWS), pager=PAGERS
    ),
    "entry.html": VIEWS,
    "removed-list.html": st.builds(RemovedPage, span=WORDS, rows=several(STAYS), pager=PAGERS),
}


def test_every_page_that_is_cut_is_tried_here() -> None:
    assert {name for name, _, _ in OUTLINES.pages} == PAGES.keys()


@pytest.mark.parametrize(("template", "slots"), [(name, slots) for name, _, slots in OUTLINES.pages])
@settings(max_examples=40)
@given(st.data())
def test_a_filled_page_is_the_page_as_it_is_rendered(
    template: str, slots: Outline, data: st.DataObject
) -> None:
    """The last view has the shape of the first, and nothing else of it."""
    view, other = data.draw(PAGES[template]), data.draw(PAGES[template])
    written = {name: attrgetter(name)(other) for name in (*slots.words, *slots.long, *slots.short)}
    kept = {name: attrgetter(name) for name in slots.maybe}
    written |= {name: read(other) for name, read in kept.items() if bool(read(other)) == bool(read(view))}
    for cut, uncut in RENDERERS:
        for one in (view, view, with_changes(view, written)):
            plan = Plan(path=one.path, template=template, view=one)
            assert cut.render(plan) == uncut.render(plan)


def test_every_template_bears_to_be_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not fit for it is made plainly, page by page: right, and ten times as slow."""
    cut: list[bool] = []

    def noted(self: Stencil, view: object, known: Mapping[str, object]) -> _Cut:
        made = _cut(self, view, known)
        cut.append(made is not _UNFIT)
        return made

    _cut = Stencil._cut
    monkeypatch.setattr(Stencil, "_cut", noted)
    assert dict(site_pages(sample_context(200)))
    assert len(cut) > 50
    assert all(cut)


@dataclass(frozen=True)
class View:
    name: str
    at: datetime
    rows: tuple[str, ...]
    kind: str = "a"


def stencil(page: str) -> tuple[Stencil, list[object]]:
    """Return the stencil of a template over ``View``, and what it was rendered with so far."""
    loader = DictLoader({"page": page, "pieces/row.html": "<li>{{ one }}"})
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)

    def written(moment: datetime) -> bytes:
        return f"<i>{moment}</i>".encode()

    press = Press(environment, {"row": (str, Outline())}, written, written)
    environment.globals |= {"each": press.each, "long": press.written(press.long)}
    rendered: list[object] = []

    def plain(view: View, _known: object) -> str:
        rendered.append(view)
        return environment.get_template("page").render(view=view)

    return press.stencil(plain, Outline(words=("name",), long=("at",), groups=("rows",)), View), rendered


VIEW = View("<a>", NOW, ("x", "&"))


@pytest.mark.parametrize(
    "page",
    [
        "{{ view.name }}{{ long(view.at) }}{{ each('row', view.rows) }}{{ view.kind }}",
        "{% if view.rows %}{{ view.name }}{% endif %}{% if view.kind == 'a' %}{{ view.name }}{% endif %}",
        "nothing",
        # What a template should not do with what it was said to write only: it is rendered plainly then.
        "{{ view.name|upper }}",
        "{{ view.name|length }}",
        "{% if view.name == '<a>' %}yes{% endif %}",
        "{{ view.at.year }}",
        "{{ view.rows|length }}",
        "{{ view.rows|join }}",
        "{% for one in view.rows %}{{ one }}{% endfor %}",
        "{{ each('row', view.rows) }}{{ each('row', view.rows, x=1) }}",
    ],
)
def test_any_template_gives_what_it_gives_plainly(page: str) -> None:
    made, _ = stencil(page)
    for view in (VIEW, VIEW, VIEW, replace(VIEW, kind="b"), replace(VIEW, rows=()), replace(VIEW, rows=())):
        assert made.fill(view, {}) == stencil(page)[0].fill(view, {})  # whose first page is rendered plainly


def test_a_shape_is_rendered_three_times_and_never_again() -> None:
    made, rendered = stencil("{{ view.name }}{{ view.kind }}")
    for number in range(50):
        assert made.fill(View(f"{number}&", NOW, ()), {}) == b"%d&amp;a" % number
    assert len(rendered) == len([VIEW, "again, to compare with", "marked"])


def _no_moment(_moment: datetime) -> bytes:
    raise AssertionError("there is none")


def test_what_else_a_template_knows_belongs_to_the_shape() -> None:
    environment = Environment(loader=DictLoader({"pieces/row.html": "{{ one }}{{ home }}"}), autoescape=True)
    press = Press(environment, {"row": (str, Outline())}, _no_moment, _no_moment)
    rows = [press.each("row", ["x", "y"], home=home) for home in chain("ab" * 3)]
    assert rows == ["xaya", "xbyb"] * 3
