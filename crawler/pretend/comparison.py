"""Verdicts beside the truth of the pretend sites: who was right, who was not, and what was left to people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from blocklist.model import Failure, Label
from crawler.pretend.sites import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the run made of one shared address."""

    label: Label
    publishable: bool = False
    """True: contraband that is listed without asking a person."""
    category: str | None = None
    failure: Failure | None = None
    """Of the capture; None: a page was brought back."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One address where verdict and truth disagree."""

    url: str
    truth: Label
    """What an honest moderator would say."""
    judged: Judged | None
    """None: the run has no verdict on it."""
    about: str
    """Kind and category of the page, for a person."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        label = self.judged.label if self.judged else None
        reason = self.judged.reason if self.judged else "no verdict"
        return {"url": self.url, "truth": self.truth, "judged": label, "about": self.about, "reason": reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How many verdicts are right, and each one that is not."""

    right: int
    total: int
    accused: tuple[Difference, ...]
    """Published as contraband without being it: the worst mistake there is."""
    suspected: tuple[Difference, ...]
    """Judged contraband without being it, but a moderator is asked before anything is published."""
    missed: tuple[Difference, ...]
    """Contraband that was judged clear or not reached."""
    undecided: tuple[Difference, ...]
    """Left to a moderator although there is a plain truth."""
    other: tuple[Difference, ...]
    wrong_category: tuple[str, ...]
    """Contraband recognised under another category; the label counts as right."""
    wrong_failure: tuple[str, ...]
    """Unreachable for another reason than the table's; the label counts as right."""

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        groups = {name: [one.as_json() for one in found] for name, found in self.differences().items()}
        rest = {"wrong_category": list(self.wrong_category), "wrong_failure": list(self.wrong_failure)}
        return {"right": self.right, "of": self.total} | groups | rest

    def differences(self) -> dict[str, tuple[Difference, ...]]:
        """All that is not right, by kind of mistake, the worst first."""
        return {kind: getattr(self, kind) for kind in _MISTAKES}


_MISTAKES = ("accused", "suspected", "missed", "undecided", "other")  # the worst first


def compare(sites: Iterable[Site], judged: Mapping[str, Judged]) -> Comparison:
    """Compare the truth about ``sites`` with what was judged, by URL as shared."""
    sites = tuple(sites)
    kinds: dict[str, list[Difference]] = {kind: [] for kind in _MISTAKES}
    categories, failures = [], []
    for site in sites:
        found = judged.get(site.url)
        if found is None or found.label != site.truth:
            about = " ".join(filter(None, (site.lang, site.kind, site.category)))
            difference = Difference(url=site.url, truth=site.truth, judged=found, about=about)
            kinds[_mistake(site.truth, found)].append(difference)
        elif site.truth == Label.CONTRABAND and found.category != site.category:
            categories.append(f"{site.url}: {found.category}, not {site.category}")
        elif site.failure is not None and found.failure != site.failure:
            failures.append(f"{site.url}: {found.failure}, not {site.failure}")
    return Comparison(
        right=len(sites) - sum(map(len, kinds.values())),
        total=len(sites),
        **{kind: tuple(found) for kind, found in kinds.items()},
        wrong_category=tuple(categories),
        wrong_failure=tuple(failures),
    )


def _mistake(truth: Label, found: Judged | None) -> str:
    if found is None:
        return "other"
    if found.label == Label.CONTRABAND:
        return "accused" if found.publishable else "suspected"
    if found.label == Label.UNSURE:
        return "undecided"
    return "missed" if truth == Label.CONTRABAND else "other"
