"""What the platform did, reported back row by row: checked, made pseudonymous, kept.

A row is an object, such as a line of ``linkgazette measures`` with the time added::

    {"subject": "account:9c11…", "step": "limit", "applied_at": "2026-11-23T06:00:00Z"}
    {"group": "the platform's own id", "step": "lifted"}

Fields that are not asked for are passed over. A raw id becomes a pseudonym before anything is kept.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from blocklist.errors import RowError
from blocklist.model import LIFTED, Applied, Pseudonym, Subject
from blocklist.privacy import Pseudonymiser
from blocklist.privacy.pseudonyms import TAG, Succession
from blocklist.store import Workspace

MAX_ERRORS = 1000
_KINDS = ("account", "group", "content", "link")
_RAW = {"account": "account", "group": "group", "content_id": "content"}
"""Fields for the platform's own ids, and what each is an id of."""
SUBJECT = rf"(?:(?:account|group|content):{TAG}|link:LG-[A-Z2-7]{{4,32}})"
_SUBJECT = re.compile(SUBJECT)
_MAX_ID = 1024  # characters, as intake's


@dataclass(slots=True, kw_only=True)
class AppliedReport:
    """What became of the rows."""

    read: int = 0
    accepted: int = 0
    duplicate: int = 0
    """Reported before: the same step for the same one at the same time."""
    rejected: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    """``row``, ``field`` and ``error`` of the first ``MAX_ERRORS``."""


class _FieldError(RowError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f'"{name}" {why}')
        self.field = name


def take_applied(workspace: Workspace, rows: Iterable[tuple[int, Any]], *, now: datetime) -> AppliedReport:
    """Keep the usable ones of ``rows`` (number, value; bytes are a line of JSON) in one transaction."""
    steps = {
        kind: {LIFTED, *(rung.step for rung in workspace.policy.ladder if rung.subject == kind)}
        for kind in _KINDS
    }
    people = workspace.pseudonymiser
    report = AppliedReport()
    found: list[Applied] = []
    succeeds: list[Succession] = []
    for number, value in rows:
        report.read += 1
        try:
            found.append(_applied(value, people, steps, succeeds, now))
        except RowError as wrong:
            report.rejected += 1
            if len(report.errors) < MAX_ERRORS:
                name = wrong.field if isinstance(wrong, _FieldError) else ""
                report.errors.append({"row": number, "field": name, "error": str(wrong)})
    if found:
        with workspace.database.transaction():
            workspace.successions.note((), succeeds)
            report.accepted = workspace.applied.add(found, now=now)
        report.duplicate = len(found) - report.accepted
    return report


def _applied(
    value: Any,
    people: Pseudonymiser,
    steps: Mapping[str, Iterable[str]],
    succeeds: list[Succession],
    now: datetime,
) -> Applied:
    """Read a row; what whoever it names was called by earlier keys is added to ``succeeds``."""
    if isinstance(value, bytes):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError as wrong:
            raise RowError(f"not JSON ({wrong.msg} at column {wrong.pos + 1})") from wrong
    if not isinstance(value, dict):
        raise RowError('not a JSON object; expected {"subject": …, "step": …}')
    subject = _subject(value, people)
    for name, each in _RAW.items():
        if value.get(name) is not None:
            succeeds += people.successions(each, str(value[name]))
    kind = subject.partition(":")[0]
    step = value.get("step")
    if not isinstance(step, str) or step not in steps[kind]:
        raise _FieldError("step", f"is none for {kind}s; expected one of {', '.join(sorted(steps[kind]))}")
    return Applied(subject=subject, step=step, applied_at=_moment(value.get("applied_at"), now))


def _subject(value: Mapping[str, Any], people: Pseudonymiser) -> Subject:
    given = [name for name in ("subject", *_RAW) if value.get(name) is not None]
    if len(given) != 1:
        raise _FieldError(
            "subject", 'is to be given, or instead "account", "group" or "content_id" with your own id'
        )
    (name,) = given
    said = value[name]
    if name == "subject":
        if not isinstance(said, str) or not _SUBJECT.fullmatch(said):
            raise _FieldError(name, "is no pseudonym; give it as `linkgazette measures` prints it")
        return Pseudonym(said)
    if isinstance(said, bool) or not isinstance(said, str | int) or not 0 < len(str(said).strip()) <= _MAX_ID:
        raise _FieldError(name, f"is no id; expected text of 1 to {_MAX_ID} characters, or a whole number")
    make: Callable[[str], Pseudonym] = getattr(people, _RAW[name])
    return make(str(said))


def _moment(said: Any, now: datetime) -> datetime:
    """RFC 3339 in UTC; without an offset it is taken as UTC, and what is not said as ``now``."""
    if said is None:
        return now
    try:
        moment = datetime.fromisoformat(said)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _FieldError(
            "applied_at", "is not a time; expected RFC 3339, such as 2026-05-04T10:00:00Z"
        ) from None
    if moment > now:
        raise _FieldError("applied_at", "is still to come; report what was done")
    return moment
