"""One page, from bytes to judgement and evidence; pure, and what a process of the pool does."""

from dataclasses import dataclass, replace
from typing import Protocol

from blocklist.likeness import Traits
from blocklist.model import Judgement, Page, WebUrl
from blocklist.policy import Policy
from blocklist.privacy import Pseudonymiser, mask_contacts
from crawler.judge import is_suppressed, judge
from crawler.judge.likeness import traits_of
from crawler.read import read_page
from crawler.readers.exchange import Exchange
from crawler.readers.warc import Records, pack
from crawler.vantage.signs import signs_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A page that was fetched."""

    exchange: Exchange
    content_type: str
    """As the header said; empty: it said nothing."""
    landing: WebUrl
    fetched_at: str
    """As WARC dates are written."""
    tells: bool = False
    """True: also say what a person sees of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of it."""

    judgement: Judgement | None = None
    """None: the page broke the reader, with ``problem``."""
    title: str = ""
    text: str = ""
    """What a person sees of the page, contacts masked; empty unless the reader ``tells``."""
    lang: str = ""
    """As ``Page.lang``; empty too unless the reader ``tells``."""
    signs: tuple[str, ...] = ()
    """What on the page may hide something (``crawler.vantage.signs``)."""
    traits: Traits | None = None
    """What finds pages like it; None: it is clear."""
    problem: str = ""
    records: Records | None = None
    """For the archive; None: nothing of this page may be kept."""

    @property
    def suppressed(self) -> bool:
        """Whether nothing of the page may be kept and its link must not be visited again."""
        return self.judgement is not None and is_suppressed(self.judgement)


class Reads(Protocol):
    """Whoever reads pages: ``Reader`` in this process, ``Readers`` in others."""

    async def read(self, task: Task) -> Reading:
        """Read and judge a page; raises TroubleError when there is nobody to do it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads by one policy."""

    policy: Policy
    pseudonymiser: Pseudonymiser
    keeps: bool = True
    """False: pack no records, since the page is archived already."""
    tells: bool = False
    """True: also say what a person sees of the page."""

    async def read(self, task: Task) -> Reading:
        """Read in this process, as the pool does in others: for tests and for whoever has one page."""
        return self.read_now(task)

    def read_now(self, task: Task) -> Reading:
        """Read, judge, pack; whatever a page does becomes a ``problem``."""
        try:
            page = read_page(
                task.exchange.body,
                content_type=task.content_type,
                url=task.landing,
                pseudonymiser=self.pseudonymiser,
            )
            signs = signs_of(page, task.exchange.body, task.exchange.response_headers)
            judgement = judge(page, self.policy)
            reading = Reading(
                judgement=judgement, title=page.title, signs=signs, traits=traits_of(page, judgement)
            )
            if self.tells or task.tells:
                reading = replace(reading, text=_visible(page), lang=page.lang)
        except Exception as error:  # noqa: BLE001 - a hostile page must not stop the crawl
            problem = f"the page broke the reader: {type(error).__name__}"
            return Reading(problem=problem, records=self._records(task))
        if reading.suppressed:
            return Reading(judgement=reading.judgement)
        return replace(reading, records=self._records(task))

    def _records(self, task: Task) -> Records | None:
        return pack(task.exchange, task.fetched_at) if self.keeps else None


def _visible(page: Page) -> str:
    return mask_contacts("\n".join(block.text for block in page.blocks if not block.hidden))
