"""Cases like one case, and why: so that a campaign is seen as one, and decided as one where it is obvious.

Two cases are alike when their pages show the same contact, say the same text, stand in the same frame, or
were found by the same evidence (``crawler.judge.likeness`` draws what is compared).
"""

from dataclasses import dataclass

from blocklist.likeness import Trait, alike
from blocklist.model import Action, Decision, Link, Verdict
from blocklist.store import Workspace

TEXT = 0.5
"""Share of the text from which two pages say the same. Of 121,771 pairs of the project's own pages, which
have nothing to do with one another, none shares more than a quarter."""
_FRAME = 3
"""Lines around the text in common; two are the same menu."""
_LOOKED_AT = 300  # candidates
SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """One case like another."""

    link: Link
    verdict: Verdict
    decision: Decision | None
    """What holds of it; None: no moderator has spoken."""
    why: tuple[Trait, ...]
    """What they have in common, the most telling first; never empty."""
    text: float
    """Share of the text in common, 0 to 1."""
    contacts: int

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided on it."""
        return self.decision is None

    @property
    def is_cleared(self) -> bool:
        """Whether a moderator cleared it."""
        return self.decision is not None and self.decision.action is Action.CLEAR


def similar_to(workspace: Workspace, link: int, *, limit: int = SHOWN) -> tuple[Similar, ...]:
    """Return the cases like that of ``link``, the most alike first."""
    mine = workspace.traits.get(link)
    if mine is None:
        return ()
    shared = workspace.traits.sharing(link)
    nearest = sorted(shared, key=lambda other: (-sum(shared[other].values()), other))[:_LOOKED_AT]
    found = []
    for other in nearest:
        theirs = workspace.traits.get(other)
        text = alike(mine.text, theirs.text) if theirs else 0.0
        why = _why(shared[other], text)
        verdict = workspace.verdicts.current(other) if why else None
        if verdict is None:
            continue
        found.append(
            Similar(
                link=workspace.links.get(other),
                verdict=verdict,
                decision=workspace.decisions.current(other),
                why=why,
                text=text,
                contacts=shared[other].get(Trait.CONTACT, 0),
            )
        )
    return tuple(
        sorted(found, key=lambda one: (-one.contacts, -one.text, -len(one.why), one.link.id))[:limit]
    )


def _why(shared: dict[Trait, int], text: float) -> tuple[Trait, ...]:
    holds = {
        Trait.CONTACT: shared.get(Trait.CONTACT, 0) > 0,
        Trait.TEXT: text >= TEXT,
        Trait.FRAME: shared.get(Trait.FRAME, 0) >= _FRAME,
        Trait.EVIDENCE: shared.get(Trait.EVIDENCE, 0) > 0,
    }
    return tuple(trait for trait in Trait if holds[trait])
