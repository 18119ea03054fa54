"""Pages of which there is one each: home, statistics, how to use the list, words about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from blocklist.listing.drift import DAYS, Drift
from blocklist.model import Entry
from blocklist.public.appeals import AppealRecord
from blocklist.public.categories import Categories
from blocklist.public.charts import Figure, charts_of, figures
from blocklist.public.language import Language
from blocklist.public.measured import Measured, measured
from blocklist.public.notices import NoticeView
from blocklist.public.render import Plan
from blocklist.public.rows import Row, row
from blocklist.public.stats import Statistics
from blocklist.public.text import readable
from blocklist.public.use import use_page
from blocklist.release.context import BlindFact, ReleaseContext, Retention

NEWEST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """What the first page shows."""

    serial: int
    issued_at: datetime
    statistics: Statistics
    latest: NoticeView | None
    """None: nothing has been announced yet."""
    newest: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsPage:
    """Figures, and of which release."""

    serial: int
    issued_at: datetime
    statistics: Statistics
    figures: Mapping[str, Figure]
    """Charts by id; one that has nothing to show is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPage:
    """How to appeal, and what became of appeals so far."""

    appeals: AppealRecord
    days: int
    """Within which an appeal is answered; 0: not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPage:
    """How we judge, how well, and where we do not know."""

    policy_name: str
    policy_version: str
    policy: str
    """Its digest, as entries name it."""
    measured: Measured
    drift: Drift
    drift_days: int
    blind: BlindFact
    titles: tuple[str, ...]
    """Categories whose figures are not measured on real pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """What is kept, and how long."""

    days: Retention
    appeal_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainPage:
    """A page of words alone."""

    policy_version: str


def standing_plans(
    context: ReleaseContext,
    language: Language,
    categories: Categories,
    statistics: Statistics,
    latest: NoticeView | None,
    newest: tuple[Entry, ...],
) -> Iterator[Plan]:
    """Plan each of them; ``newest`` are the entries, newest first, ``latest`` the last announcement."""
    serial, issued_at = context.release.serial, context.release.issued_at
    home = HomePage(
        serial=serial,
        issued_at=issued_at,
        statistics=statistics,
        latest=latest,
        newest=tuple(row(entry, categories) for entry in newest[:NEWEST]),
    )
    yield Plan(path="index.html", template="home.html", view=home)
    shown = StatisticsPage(
        serial=serial,
        issued_at=issued_at,
        statistics=statistics,
        figures=figures(charts_of(statistics, language), language),
    )
    yield Plan(path="statistics/index.html", template="statistics.html", view=shown)
    use = use_page(context.files, context.site.base_url)
    yield Plan(path="use/index.html", template="use.html", view=use)
    yield Plan(
        path="appeal/index.html",
        template="appeal.html",
        view=AppealPage(appeals=statistics.appeals, days=context.record.appeal_days),
    )
    known = measured()
    method = MethodPage(
        policy_name=readable(context.policy.name),
        policy_version=readable(context.policy.version),
        policy=context.policy.digest,
        measured=known,
        drift=context.record.drift,
        blind=context.record.blind,
        drift_days=DAYS,
        titles=tuple(categories[one].title for one in known.unmeasured if one in categories),
    )
    yield Plan(path="method/index.html", template="method.html", view=method)
    kept = KeptPage(days=context.retention, appeal_days=context.record.appeal_days)
    yield Plan(path="privacy/index.html", template="privacy.html", view=kept)
    plain = PlainPage(policy_version=context.policy.version)
    for name in ("about", "contact", "licence", "lookup"):
        yield Plan(path=f"{name}/index.html", template=f"{name}.html", view=plain)
    yield Plan(path="404.html", template="404.html", view=plain)
