"""Two sights of one page held against each other: address, way, title, text and what they offer.

Pure. Differences alone accuse nobody: responsive, translated, rotating and consent-walled sites all differ.
"""

from dataclasses import dataclass

from blocklist.model import Capture, Judgement, Label, Vantage, WebUrl
from blocklist.urls import host_of, without_fragment

SHINGLE = 4  # characters; short enough for Chinese, long enough that unlike texts share few
MOST_TEXT = 20_000  # characters compared
ALIKE = 0.8
"""Texts that share at least so much are one page, a visitor's name or an advertisement apart."""

_SHORTEST_PREVIEW = 12  # characters; fewer say too little
_FITS = 0.5
MOSTLY = 0.85
"""A text of which our agent saw so much tells nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What one vantage saw."""

    capture: Capture
    judgement: Judgement
    title: str = ""
    text: str = ""
    """What a person sees; empty: nothing, or nobody asked."""
    signs: tuple[str, ...] = ()
    """As ``signs_of`` lists them."""

    @property
    def vantage(self) -> Vantage:
        """From where."""
        return self.capture.vantage

    @property
    def offers(self) -> int:
        """How clearly it offers contraband: 2 does, 1 a person must see, 0 does not."""
        if self.judgement.label is Label.CONTRABAND:
            return 2
        return int(self.judgement.label is Label.UNSURE and self.judgement.category is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How another sight differs from the first."""

    elsewhere: bool
    """It ended on another host."""
    other_address: bool
    """It ended at another address."""
    other_way: bool
    """It went there by other hops."""
    other_title: bool
    alike: float
    """Share of the text in common, 0 to 1."""
    offers_more: bool
    """It offers contraband where the first does not."""

    def words(self) -> str:
        """Say it for a person; empty: no difference."""
        told = []
        if self.elsewhere:
            told.append("it ends on another site")
        elif self.other_address:
            told.append("it ends at another address")
        elif self.other_way:
            told.append("it goes there by another way")
        if self.other_title:
            told.append("it bears another title")
        if self.alike < ALIKE:
            told.append(f"{self.alike:.0%} of the text is the same")
        return ", ".join(told)


def shows_more(declared: Seen, other: Seen) -> bool:
    """Tell whether ``other`` shows an offer that was kept from our declared agent.

    One that stands in words which our agent saw too, with more around them, was kept from nobody: a short
    page for telephones leaves out what excuses a long one.
    """
    return other.offers > declared.offers and _new_to(declared.text, other.text) > 1 - MOSTLY


def fits(preview: str, *seen: str) -> bool:
    """Tell whether what a platform's card showed of a page is about what was seen there.

    A card is cut short, and a site's name or a translation may be added: half of it is enough.
    """
    return len(preview) < _SHORTEST_PREVIEW or _new_to(" ".join(seen), preview) <= _FITS


def compare(first: Seen, other: Seen) -> Comparison:
    """Compare two sights of one link."""
    here, there = _place(first), _place(other)
    return Comparison(
        elsewhere=_host(here) != _host(there),
        other_address=here != there,
        other_way=_way(first) != _way(other),
        other_title=" ".join(first.title.split()) != " ".join(other.title.split()),
        alike=similarity(first.text, other.text),
        offers_more=other.offers > first.offers,
    )


def similarity(one: str, other: str) -> float:
    """Return the share of runs of characters that two texts have in common (Jaccard), 0 to 1."""
    a, b = _shingles(one), _shingles(other)
    return len(a & b) / len(a | b) if a or b else 1.0


def _new_to(known: str, text: str) -> float:
    """Return the share of ``text`` that ``known`` does not hold, 0 to 1."""
    a, b = _shingles(known), _shingles(text)
    return len(b - a) / len(b) if b else 1.0


def _shingles(text: str) -> frozenset[str]:
    plain = " ".join(text[:MOST_TEXT].casefold().split())
    return frozenset(plain[at : at + SHINGLE] for at in range(max(1, len(plain) - SHINGLE + 1)) if plain)


def _place(seen: Seen) -> WebUrl | None:
    final = seen.capture.final_url
    return None if final is None else without_fragment(final)


def _host(url: WebUrl | None) -> str:
    return "" if url is None else host_of(url).removeprefix("www.")


def _way(seen: Seen) -> tuple[str, ...]:
    return tuple(hop.url for hop in seen.capture.hops)
