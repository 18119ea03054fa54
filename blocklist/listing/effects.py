"""What an edited policy would do to the list, link by link: the same findings, listed twice, compared. Pure.

Judging the stored pages by either policy is left to the crawl side's replay; here only the two outcomes meet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from blocklist.model import Entry, Finding, Listing, WebUrl
from blocklist.scopes import Cover
from blocklist.urls import list_key


class Place(StrEnum):
    """Where a link stands."""

    LISTED = "listed"
    REVIEW = "review"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one policy makes of a link."""

    place: Place
    category: str | None
    """Of the entry or the judgement; None: none."""
    grade: int
    reason: str
    """The judgement's one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A link that would stand otherwise."""

    link: int
    url: WebUrl
    """The landing page, or the link where there is none."""
    old: Standing
    new: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """All that would change."""

    links: tuple[Effect, ...]
    """By link id."""
    entries_added: tuple[Entry, ...]
    entries_removed: tuple[Entry, ...]
    entries_changed: tuple[tuple[Entry, Entry], ...]
    """Before and after; of another category or grade."""

    def counts(self) -> dict[str, int]:
        """How many links for each kind of change, every kind named."""
        found = Counter(kind for effect in self.links for kind in kinds_of(effect))
        return {kind: found[kind] for kind in KINDS}

    def by_category(self) -> dict[str, dict[str, int]]:
        """Count the same by category; a link whose category changes counts for the new one."""
        found: dict[str, Counter[str]] = {}
        for effect in self.links:
            category = effect.new.category or effect.old.category or ""
            found.setdefault(category, Counter()).update(kinds_of(effect))
        return {category: dict(sorted(counts.items())) for category, counts in sorted(found.items())}


KINDS = (
    "newly-listed",
    "no-longer-listed",
    "to-review",
    "no-longer-in-review",
    "other-category",
    "other-grade",
)


def kinds_of(effect: Effect) -> Iterator[str]:
    """Name what changes for one link."""
    old, new = effect.old, effect.new
    if old.place is not new.place:
        if new.place is Place.LISTED:
            yield "newly-listed"
        elif old.place is Place.LISTED:
            yield "no-longer-listed"
        if new.place is Place.REVIEW:
            yield "to-review"
        elif old.place is Place.REVIEW and new.place is Place.NEITHER:
            yield "no-longer-in-review"
    if Place.NEITHER not in (old.place, new.place):
        if old.category != new.category:
            yield "other-category"
        if old.grade != new.grade:
            yield "other-grade"


def effects_of(old: "Outcome", new: "Outcome") -> Effects:
    """Compare what two policies make of the same links."""
    before, after = old.standings(), new.standings()
    urls = {each.link.id: each.verdict.landing or each.link.url for each in (*old.findings, *new.findings)}
    links = tuple(
        effect
        for link in sorted(before)
        if any(kinds_of(effect := Effect(link=link, url=urls[link], old=before[link], new=after[link])))
    )
    was, now = _by_claim(old.listing), _by_claim(new.listing)
    return Effects(
        links=links,
        entries_added=tuple(now[claim] for claim in sorted(now.keys() - was.keys())),
        entries_removed=tuple(was[claim] for claim in sorted(was.keys() - now.keys())),
        entries_changed=tuple(
            (was[claim], now[claim])
            for claim in sorted(was.keys() & now.keys())
            if (was[claim].category, was[claim].grade) != (now[claim].category, now[claim].grade)
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Findings as one policy judges them, and the list that follows."""

    findings: Sequence[Finding]
    listing: Listing

    def standings(self) -> Mapping[int, Standing]:
        """Return where each link stands."""
        cover = Cover({(entry.scope, entry.expression): entry for entry in self.listing.entries})
        asked = {item.link for item in self.listing.review}
        return {finding.link.id: _standing(finding, cover, asked) for finding in self.findings}


def _standing(finding: Finding, cover: Cover[Entry], asked: Iterable[int]) -> Standing:
    judgement = finding.verdict.judgement
    over = next(iter(cover.over(list_key(finding.verdict.landing or finding.link.url))), None)
    category: str | None
    if over is not None:
        place, category, grade = Place.LISTED, over.category, over.grade
    else:
        place = Place.REVIEW if finding.link.id in asked else Place.NEITHER
        category, grade = judgement.category, judgement.grade
    return Standing(place=place, category=category, grade=grade, reason=judgement.reason)


def _by_claim(listing: Listing) -> dict[tuple[str, str], Entry]:
    return {(entry.scope.value, entry.expression): entry for entry in listing.entries}
