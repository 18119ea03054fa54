"""One labelled row of a corpus: its words as a page, its label, and what the judge said of it.

Rows are ``{"id", "lang", "kind", "label", "category", "hard_negative", "title", "text"}`` and maybe ``html``,
``source``, ``site``, ``cluster``, ``hn_kind``, ``label_basis`` (DESIGN.md section 6). Opening files is left
to the command, sums to ``measure``.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import orjson

from blocklist.errors import RowError
from blocklist.model import Evidence, Judgement, Label, Page
from blocklist.privacy import Pseudonymiser
from crawler.read import read_page, read_text

POSITIVE = "contraband"
NEGATIVE = frozenset({"benign", "clear"})
_EVIDENCE = 8  # facts kept of each row


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the label says, and where the row comes from."""

    id: str
    positive: bool
    category: str
    """Empty: benign."""
    lang: str
    kind: str
    source: str
    site: str
    """One site or poster; the row's cluster or id where no site is given."""
    hard_negative: bool
    hn_kind: str
    basis: str
    html: bool
    even: bool
    """Whether its cluster's hash is even: the half that terms may be tuned on."""
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A row and what the judge said."""

    row: Row
    label: Label
    category: str
    """Empty: none."""
    confidence: float
    listed: bool
    """Would be published without a person."""
    review: bool
    """Would be seen by a moderator, and is not listed."""
    reason: str
    evidence: tuple[Evidence, ...]
    """The weightiest of it."""


def parse_row(line: bytes) -> tuple[Row, dict[str, Any]]:
    """Read one line; ``RowError`` says what is wrong with it."""
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as problem:
        raise RowError(f"is not JSON ({problem}); write one object a line") from problem
    if not isinstance(raw, dict):
        raise RowError("is not a JSON object; write one object a line")
    label = raw.get("label")
    if label != POSITIVE and label not in NEGATIVE:
        raise RowError(f'"label" is {label!r}; use "contraband" or "benign"')
    if not isinstance(raw.get("html") or raw.get("text"), str):
        raise RowError('has neither "text" nor "html"; give the page\'s words')
    identifier = str(raw.get("id", ""))
    cluster = str(raw.get("cluster") or identifier)
    return Row(
        id=identifier,
        positive=label == POSITIVE,
        category=str(raw.get("category") or ""),
        lang=str(raw.get("lang") or ""),
        kind=str(raw.get("kind") or ""),
        source=str(raw.get("source") or ""),
        site=str(raw.get("site") or cluster),
        hard_negative=bool(raw.get("hard_negative")),
        hn_kind=str(raw.get("hn_kind") or ""),
        basis=str(raw.get("label_basis") or ""),
        html=isinstance(raw.get("html"), str),
        even=is_even(cluster),
        title=str(raw.get("title") or ""),
    ), raw


def is_even(cluster: str) -> bool:
    """Whether a cluster belongs to the even half; a name that is no hex number is hashed."""
    try:
        return int(cluster, 16) % 2 == 0
    except ValueError:
        return hashlib.sha256(cluster.encode()).digest()[-1] % 2 == 0


def page_of(raw: dict[str, Any], pseudonymiser: Pseudonymiser) -> Page:
    """Read the row's page: its markup where it has some, else its title and text."""
    if isinstance(html := raw.get("html"), str):
        body = html.encode("utf-8", "replace")
        return read_page(body, content_type="text/html; charset=utf-8", url=None, pseudonymiser=pseudonymiser)
    return read_text(
        str(raw.get("text") or ""), title=str(raw.get("title") or ""), url=None, pseudonymiser=pseudonymiser
    )


def outcome(row: Row, judgement: Judgement) -> Outcome:
    """Say what a judgement of ``row`` means for the list."""
    looked_at = judgement.label in (Label.CONTRABAND, Label.UNSURE) and judgement.category is not None
    return Outcome(
        row=row,
        label=judgement.label,
        category=judgement.category or "",
        confidence=judgement.confidence,
        listed=judgement.publishable,
        review=looked_at and not judgement.publishable,
        reason=judgement.reason,
        evidence=judgement.evidence[:_EVIDENCE],
    )


def prediction(one: Outcome) -> dict[str, Any]:
    """Return the line that ``--predictions`` writes."""
    return {
        "id": one.row.id,
        "label": str(one.label),
        "category": one.category or None,
        "confidence": one.confidence,
        "listed": one.listed,
        "review": one.review,
    }
