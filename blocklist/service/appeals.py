"""Appeals: on the public side the form and the page of a ticket, on the other the queue with its clock."""

import re
from typing import Any

from starlette.responses import RedirectResponse, Response

from blocklist.casework.answer import answer_appeal, beside, by_entry, revisited
from blocklist.casework.appeal import Claim, contact_of, make_appeal, ticket_digest
from blocklist.casework.claims import Kind, put_back, take, take_next_appeal
from blocklist.errors import InputError
from blocklist.public.words import N_
from blocklist.service.desk import done_of, leads, staff_door
from blocklist.service.doors import DECIDES, READS, SETTLES, Call, Door, Side
from blocklist.service.refusals import Refused
from blocklist.store.appeals import Appeal, Outcome, Proof

_NUMBER = re.compile(r"[0-9]{1,9}")
NONE_OF_NUMBER = N_("there is no appeal of that number")
_PROOFS = {each.value: each for each in Proof}


async def _form(call: Call) -> Response:
    return _page(call, 200, entry=call.request.query_params.get("entry", "")[:40])


async def _appeal(call: Call) -> Response:
    if wait := call.house.forms.wait(f"form {call.address}", call.now):
        raise Refused(
            429,
            N_("too many from your address; come again in %(wait)s s"),
            {"Retry-After": str(wait)},
            wait=wait,
        )
    given = {name: call.field(name) for name in ("entry", "statement", "contact", "proof")}
    claim = Claim(
        entry=given["entry"],
        statement=given["statement"],
        contact=given["contact"],
        proof=_PROOFS.get(given["proof"], Proof.NONE),
    )
    try:
        ticket = await call.house.do(make_appeal, call.house.workspace, claim, now=call.now)
    except InputError as wrong:
        return _page(call, 422, **given, problem=wrong)
    return RedirectResponse(f"/appeals/{ticket.secret}", 303)


async def _ticket(call: Call) -> Response:
    secret = call.request.path_params["ticket"]
    appeal = await call.house.do(call.house.workspace.appeals.by_ticket, ticket_digest(secret))
    if appeal is None:
        raise Refused(404, N_("there is no appeal of that ticket; check that you copied all of it"))
    state = await call.house.do(_state_of_entry, call, appeal)
    return call.house.pages.page(
        call,
        "ticket.html",
        appeal=appeal,
        ticket=secret,
        entry_state=state,
        revisited=await call.house.do(revisited, call.house.workspace, appeal),
    )


def _state_of_entry(call: Call, appeal: Appeal) -> str:
    return "listed" if call.house.workspace.entries.find(appeal.entry) else "gone"


def _page(call: Call, status: int, **given: Any) -> Response:
    empty = {"entry": "", "statement": "", "contact": "", "proof": "", "problem": None}
    days = call.house.workspace.config.serve.appeal_days
    return call.house.pages.page(call, "appeal.html", status, days=days, **{**empty, **given})


async def _waiting(call: Call) -> Response:
    workspace = call.house.workspace
    return call.house.pages.page(
        call,
        "appeals.html",
        groups=by_entry(await call.house.do(workspace.appeals.waiting)),
        claims=await call.house.do(workspace.appeal_claims.held, now=call.now),
        may_answer=call.post in SETTLES,
        done=done_of(call),
    )


async def _one(call: Call) -> Response:
    number = call.request.path_params["number"]
    appeal = await call.house.do(call.house.workspace.appeals.get, number)
    if appeal is None:
        raise Refused(404, NONE_OF_NUMBER)
    contact = ""
    if call.post in DECIDES:
        contact = await call.house.do(contact_of, call.house.workspace, appeal)
    return call.house.pages.page(
        call,
        "appeal-case.html",
        appeal=appeal,
        contact=contact,
        claim=await call.house.do(call.house.workspace.appeal_claims.of, number, now=call.now),
        beside=await call.house.do(beside, call.house.workspace, appeal),
        may_answer=call.post in SETTLES,
        revisited=await call.house.do(revisited, call.house.workspace, appeal),
    )


async def _next(call: Call) -> Response:
    claim = await call.house.do(take_next_appeal, call.house.workspace, by=call.who, now=call.now)
    return leads(f"/appeals/{claim.number}", {}) if claim else leads("/appeals", {"done": "empty-0"})


async def _claim(call: Call) -> Response:
    workspace, number = call.house.workspace, call.request.path_params["number"]
    if await call.house.do(workspace.appeals.get, number) is None:
        raise Refused(404, NONE_OF_NUMBER)
    match call.field("do"):
        case "take" | "take-over" as how:
            over = how == "take-over"
            await call.house.do(
                take, workspace, number, by=call.who, now=call.now, over=over, kind=Kind.APPEAL
            )
            return leads(f"/appeals/{number}", {})
        case "put-back":
            await call.house.do(put_back, workspace, number, by=call.who, now=call.now, kind=Kind.APPEAL)
            return leads("/appeals", {"done": f"put-back-appeal-{number}"})
    raise Refused(422, N_("choose: take, take over or put back"))


def _numbers(said: list[str]) -> frozenset[int]:
    """Return the appeals that the form ticked; 0, which none is, for what is no number."""
    return frozenset(int(each) if _NUMBER.fullmatch(each) else 0 for each in said)


async def _answer(call: Call) -> Response:
    outcome = call.field("outcome")
    if outcome not in set(Outcome):
        raise Refused(422, N_("choose: upheld or rejected"))
    await call.house.do(
        answer_appeal,
        call.house.workspace,
        call.request.path_params["number"],
        Outcome(outcome),
        reason=call.field("reason"),
        by=call.who,
        now=call.now,
        also=_numbers(call.form.get("also", [])),
    )
    return leads("/appeals", {"done": f"answer-{call.request.path_params['number']}"})


DOORS = (
    Door(name="appeal-form", side=Side.PUBLIC, method="GET", path="/appeals/new", handler=_form),
    Door(name="appeal", side=Side.PUBLIC, method="POST", path="/appeals/new", handler=_appeal),
    Door(name="ticket", side=Side.PUBLIC, method="GET", path="/appeals/{ticket}", handler=_ticket),
    staff_door("appeals", "GET", "/appeals", READS, _waiting),
    staff_door("appeal-next", "POST", "/appeals/next", SETTLES, _next),
    staff_door("appeal-claim", "POST", "/appeals/{number:int}/claim", SETTLES, _claim),
    staff_door("appeal-case", "GET", "/appeals/{number:int}", READS, _one),
    staff_door("answer", "POST", "/appeals/{number:int}", SETTLES, _answer),
)
