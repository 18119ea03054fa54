"""A case on the desk: all that is known of it, and a moderator's word on it."""

import anyio.to_thread
from starlette.responses import Response

from blocklist.casework.case import Case, case_of
from blocklist.casework.decide import Word, decide, note, undo
from blocklist.casework.sights import Beside, side_by_side
from blocklist.errors import EvidenceError, LinkgazetteError, TroubleError
from blocklist.model import Action, Capture, Link, Passage, Scope
from blocklist.public.words import N_
from blocklist.service.desk import done_of, fields_of, leads, link_of, staff_door, to_next, wanted_of
from blocklist.service.doors import DECIDES, READS, SETTLES, Call
from blocklist.service.refusals import Refused
from blocklist.service.words import BROKE, GONE, LOST
from blocklist.store.cases import NoteKind

Seen = tuple[Capture, tuple[Passage, ...], str]


async def _case(call: Call) -> Response:
    link = await call.house.do(link_of, call)
    case = await call.house.do(case_of, call.house.workspace, link, now=call.now)
    seen = await _seen(call, case)
    text, lost = (seen[0][1], seen[0][2]) if seen else ((), N_("no page was brought back yet"))
    beside: Beside = await anyio.to_thread.run_sync(side_by_side, seen)
    return call.house.pages.page(
        call,
        "case.html",
        case=case,
        text=text,
        lost=lost,
        beside=beside,
        categories=call.house.workspace.policy.categories,
        mine=case.claim is not None and case.claim.by == call.who,
        may_decide=call.post in DECIDES,
        may_settle=call.post in SETTLES,
        fields=fields_of(wanted_of(call)),
        done=done_of(call),
    )


async def _seen(call: Call, case: Case) -> list[Seen]:
    """Return what each capture brought, or why nothing; off the desk, since a page may take its time.

    A page that breaks its reader is not read as others saw it too: each time would cost as much.
    """
    found: list[Seen] = []
    known: dict[str, tuple[Passage, ...]] = {}
    verdict = case.verdict
    if verdict is None:
        return found
    broken = ""
    for capture in case.captures:
        try:
            if broken:
                found.append((capture, (), broken))
                continue
            if not capture.body_sha256 or capture.body_sha256 not in known:
                text = await anyio.to_thread.run_sync(call.house.passages, verdict, capture)
                known[capture.body_sha256] = text
            found.append((capture, known[capture.body_sha256], ""))
        except (EvidenceError, TroubleError) as problem:
            found.append((capture, (), lost_of(problem)))
            broken = found[-1][2] if found[-1][2] == BROKE else ""
    return found


def lost_of(problem: LinkgazetteError) -> str:
    """Return why a page cannot be shown, without the place of a file."""
    return problem.message if problem.message in LOST else GONE


async def _word(call: Call) -> Response:
    link = await call.house.do(link_of, call)
    mine = await call.house.do(call.house.workspace.claims.of, link.id, now=call.now)
    done = await call.house.do(_act, call, link)
    if call.field("do") == NoteKind.REMARK:
        return leads(f"/cases/{link.id}", {**fields_of(wanted_of(call)), "done": done})
    if mine is not None and mine.by == call.who and call.field("do") != "undo":
        return await to_next(call, done)
    return leads("/", {**fields_of(wanted_of(call)), "done": done})


def _act(call: Call, link: Link) -> str:
    workspace, reason, by, now = call.house.workspace, call.field("reason"), call.who, call.now
    what = call.field("do")
    match what:
        case "confirm" | "clear":
            word = Word(
                link=link.id,
                action=Action(what),
                category=call.field("category") or None,
                grade=grade_of(call.field("grade")),
                scope=_scope(call.field("scope")),
                reason=reason,
                by=by,
            )
            taken = decide(workspace, word, now=now)
            return f"proposed-{link.id}" if taken.why else f"{what}-{link.id}"
        case "escalate" | "recapture" | "remark":
            note(workspace, link, NoteKind(what), reason=reason, by=by, now=now)
        case "undo":
            undo(workspace, link.id, reason=reason, by=by, now=now)
        case _:
            raise Refused(422, N_("choose what to do: confirm, clear, escalate, recapture, remark or undo"))
    return f"{what}-{link.id}"


def grade_of(text: str) -> int | None:
    """Return the grade that a form names; None: none. Raises Refused."""
    if text not in {"", "1", "2", "3", "4"}:
        raise Refused(422, N_("a grade is 1, 2, 3 or 4"))
    return int(text) if text else None


def _scope(text: str) -> Scope | None:
    if text and text not in set(Scope):
        raise Refused(422, N_("a scope is one of %(scopes)s"), scopes=", ".join(Scope))
    return Scope(text) if text else None


DOORS = (
    staff_door("case", "GET", "/cases/{link:int}", READS, _case),
    staff_door("word", "POST", "/cases/{link:int}", DECIDES, _word),
)
