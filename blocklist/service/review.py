"""The moderators' pages: the queue, a case, a decision, and what waits for a second person."""

import anyio.to_thread
from starlette.responses import RedirectResponse, Response

from blocklist.casework.case import Case, case_of
from blocklist.casework.decide import Word, decide, note, settle, undo
from blocklist.casework.queue import queue
from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Action, Link, Passage, Post, Scope
from blocklist.service.doors import DECIDES, READS, SETTLES, By, Call, Door, Handler, Side
from blocklist.service.refusals import Refused
from blocklist.store.cases import NoteKind

_SHOWN = 200


async def _queue(call: Call) -> Response:
    waiting = await call.house.do(queue, call.house.workspace)
    proposals = await call.house.do(call.house.workspace.cases.proposed)
    return call.house.pages.page(
        call,
        "queue.html",
        waiting=waiting[:_SHOWN],
        count=len(waiting),
        proposals=len(proposals),
        done=call.request.query_params.get("done", ""),
    )


async def _case(call: Call) -> Response:
    link = await call.house.do(_link, call)
    case = await call.house.do(case_of, call.house.workspace, link)
    text, lost = await _text(call, case)
    return call.house.pages.page(
        call,
        "case.html",
        case=case,
        text=text,
        lost=lost,
        categories=call.house.workspace.policy.categories,
        may_decide=call.post in DECIDES,
        may_settle=call.post in SETTLES,
    )


async def _text(call: Call, case: Case) -> tuple[tuple[Passage, ...], str]:
    """Return the page's text, or why there is none; off the desk, since a page may take its time."""
    if case.verdict is None or not case.captures:
        return (), "no page was brought back yet"
    try:
        return await anyio.to_thread.run_sync(call.house.passages, case.verdict, case.captures[0]), ""
    except (EvidenceError, TroubleError) as problem:
        return (), str(problem)


async def _word(call: Call) -> Response:
    done = await call.house.do(_act, call, await call.house.do(_link, call))
    return RedirectResponse(f"/?done={done}", 303)


def _act(call: Call, link: Link) -> str:
    workspace, reason, by, now = call.house.workspace, call.field("reason"), call.who, call.now
    what = call.field("do")
    match what:
        case "confirm" | "clear":
            word = Word(
                link=link.id,
                action=Action(what),
                category=call.field("category") or None,
                grade=_grade(call.field("grade")),
                scope=_scope(call.field("scope")),
                reason=reason,
                by=by,
            )
            taken = decide(workspace, word, now=now)
            return f"proposed-{link.id}" if taken.why else f"{what}-{link.id}"
        case "escalate" | "recapture":
            note(workspace, link, NoteKind(what), reason=reason, by=by, now=now)
        case "undo":
            undo(workspace, link.id, reason=reason, by=by, now=now)
        case _:
            raise Refused(422, "choose what to do: confirm, clear, escalate, recapture or undo")
    return f"{what}-{link.id}"


async def _proposals(call: Call) -> Response:
    found = await call.house.do(call.house.workspace.cases.proposed)
    links = [await call.house.do(call.house.workspace.links.get, each.decision.link) for each in found]
    return call.house.pages.page(
        call,
        "proposals.html",
        proposals=list(zip(found, links, strict=True)),
        may_settle=call.post in SETTLES,
    )


async def _settle(call: Call) -> Response:
    answer = call.field("do")
    if answer not in {"agree", "refuse"}:
        raise Refused(422, "choose: agree or refuse")
    await call.house.do(
        settle,
        call.house.workspace,
        call.request.path_params["number"],
        agree=answer == "agree",
        by=call.who,
        now=call.now,
    )
    return RedirectResponse("/proposals", 303)


def _link(call: Call) -> Link:
    try:
        return call.house.workspace.links.get(call.request.path_params["link"])
    except (KeyError, OverflowError) as gone:
        raise Refused(404, "no link of that number is under watch") from gone


def _grade(text: str) -> int | None:
    if text not in {"", "1", "2", "3", "4"}:
        raise Refused(422, "a grade is 1, 2, 3 or 4")
    return int(text) if text else None


def _scope(text: str) -> Scope | None:
    if text and text not in set(Scope):
        raise Refused(422, f"a scope is one of {', '.join(Scope)}")
    return Scope(text) if text else None


def _door(name: str, method: str, path: str, posts: frozenset[Post], handler: Handler) -> Door:
    return Door(
        name=name, side=Side.STAFF, method=method, path=path, by=By.SESSION, posts=posts, handler=handler
    )


DOORS = (
    _door("queue", "GET", "/", READS, _queue),
    _door("case", "GET", "/cases/{link:int}", READS, _case),
    _door("word", "POST", "/cases/{link:int}", DECIDES, _word),
    _door("proposals", "GET", "/proposals", READS, _proposals),
    _door("settle", "POST", "/proposals/{number:int}", SETTLES, _settle),
)
