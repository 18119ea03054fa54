"""All that is known of one case, for a moderator to read; what is shown of it is left to who shows it."""

from dataclasses import dataclass
from datetime import datetime

from blocklist.casework.similar import Similar, similar_to
from blocklist.errors import InputError, UrlError
from blocklist.listing.review import Urgency, urgency
from blocklist.model import Capture, Decision, Link, ReviewItem, Verdict
from blocklist.policy.values import Category
from blocklist.store import Workspace
from blocklist.store.cases import Note, Proposal
from blocklist.store.claims import Claim
from blocklist.urls import parse_url

_OTHERS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """Another link of the same site."""

    link: Link
    verdict: Verdict | None
    """None: not visited yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One link with its history."""

    link: Link
    waits: tuple[ReviewItem, ...]
    verdict: Verdict | None
    """The one that holds; None: not visited yet."""
    verdicts: tuple[Verdict, ...]
    """All of them, oldest first."""
    captures: tuple[Capture, ...]
    """Of the verdict that holds, one per vantage."""
    decisions: tuple[Decision, ...]
    withdrawn: frozenset[int]
    """Ids of decisions that were undone."""
    notes: tuple[Note, ...]
    proposals: tuple[Proposal, ...]
    """What waits for a second person."""
    others: tuple[Other, ...]
    reach: int
    category: Category | None
    """The policy's word on the verdict's category; None: it names none."""
    similar: tuple[Similar, ...]
    batches: dict[int, int]
    """Batch of each decision that was made with others, by the decision's id."""
    lang: str
    """Of the page; empty: not known."""
    urgency: Urgency | None
    """Why it stands where it stands in the queue; None: it does not wait."""
    recapture: bool
    """True: another capture was asked for, and no visit has been since."""
    claim: Claim | None
    """Who has it in hand; None: nobody."""


def find_link(workspace: Workspace, text: str) -> Link:
    """Return the link of that number or URL; raises InputError when there is none."""
    if text.isascii() and text.isdigit():
        try:
            return workspace.links.get(int(text))
        except (KeyError, OverflowError) as problem:
            raise InputError(
                f"no link {text} is under watch; `linkgazette review list` shows numbers"
            ) from problem
    try:
        found = workspace.links.find(parse_url(text))
    except UrlError as problem:
        raise InputError(f"LINK is neither a number nor a URL: {problem}") from problem
    if found is None:
        raise InputError("that URL is not under watch; `linkgazette intake` it first")
    return found


def case_of(workspace: Workspace, link: Link, *, now: datetime) -> Case:
    """Gather what is known of ``link`` at ``now``."""
    waits = workspace.review_queue.of(link.id)
    reach = workspace.shares.reach([link.id])[link.id]
    verdicts = tuple(workspace.verdicts.of(link.id))
    verdict = verdicts[-1] if verdicts else None
    siblings = workspace.links.of_host(link.host, limit=_OTHERS + 1)
    category = verdict.judgement.category if verdict else None
    return Case(
        link=link,
        waits=waits,
        verdict=verdict,
        verdicts=verdicts,
        captures=tuple(map(workspace.captures.get, verdict.captures)) if verdict else (),
        decisions=tuple(workspace.decisions.of(link.id)),
        withdrawn=workspace.decisions.withdrawn(link.id),
        notes=tuple(workspace.cases.notes(link.id)),
        proposals=tuple(each for each in workspace.cases.proposed() if each.decision.link == link.id),
        others=tuple(
            Other(link=each, verdict=workspace.verdicts.current(each.id))
            for each in siblings
            if each.id != link.id
        )[:_OTHERS],
        reach=reach,
        category=workspace.policy.categories.get(category or ""),
        similar=similar_to(workspace, link.id),
        batches=workspace.batches.of_decisions(link.id),
        lang=workspace.traits.languages([link.id]).get(link.id, ""),
        urgency=urgency(waits[0], reach) if waits else None,
        recapture=link.id in workspace.cases.to_recapture(),
        claim=workspace.claims.of(link.id, now=now),
    )
