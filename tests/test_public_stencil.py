"""A page that was cut and filled is the page as it is rendered; templates not fit for it are left alone."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from blocklist.model import EvidenceKind, Scope, Vantage
from blocklist.public.assets import site_folder
from blocklist.public.categories import category_views
from blocklist.public.entries import EntryView
from blocklist.public.language import load_languages
from blocklist.public.outlines import OUTLINES
from blocklist.public.pages import site_facts
from blocklist.public.quotes import Excerpt, Reasons
from blocklist.public.removed import Stay
from blocklist.public.render import Outlines, Plan, Renderer
from blocklist.public.stencil import Outline, Press, Stencil
from blocklist.release.context import Visit
from tests.sample_site import HOSTILE, NOW, POLICY, Site

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
    category=st.sampled_from([CATEGORIES["tobacco"], CATEGORIES["lost"]]),
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


@settings(max_examples=60)
@given(VIEWS, VIEWS)
def test_a_filled_page_is_the_page_as_it_is_rendered(view: EntryView, other: EntryView) -> None:
    """The second view has the shape of the first, and nothing else of it."""
    slots = OUTLINES.pages[0][2]
    written = {name: getattr(other, name) for name in (*slots.words, *slots.long, *slots.short)}
    for cut, uncut in RENDERERS:
        for one in (view, view, view._replace(**written)):
            plan = Plan(path=one.path, template="entry.html", view=one)
            assert cut.render(plan) == uncut.render(plan)


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
    written = Markup("<i>{}</i>").format
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
        assert made.fill(View(f"{number}&", NOW, ()), {}) == f"{number}&amp;a"
    assert len(rendered) == len([VIEW, "again, to compare with", "marked"])


def test_what_else_a_template_knows_belongs_to_the_shape() -> None:
    environment = Environment(loader=DictLoader({"pieces/row.html": "{{ one }}{{ home }}"}), autoescape=True)
    press = Press(environment, {"row": (str, Outline())}, Markup, Markup)
    rows = [press.each("row", ["x", "y"], home=home) for home in chain("ab" * 3)]
    assert rows == ["xaya", "xbyb"] * 3
