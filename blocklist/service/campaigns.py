"""Several cases at once: a page that shows them all before anything is on record, and a list to undo from."""

from starlette.responses import Response

from blocklist.casework.batch import LARGEST, choices, decide_together, undo_together
from blocklist.casework.decide import Word
from blocklist.errors import InputError, RefusedError
from blocklist.model import Action
from blocklist.public.words import N_
from blocklist.service.desk import done_of, leads, link_of, staff_door
from blocklist.service.doors import DECIDES, READS, Call
from blocklist.service.refusals import Refused
from blocklist.service.review import grade_of

_SHOWN = 50


async def _ask(call: Call) -> Response:
    return await _page(call, call.request.query_params.getlist("with"), 200)


async def _page(
    call: Call, chosen: list[str], status: int, problem: InputError | RefusedError | None = None
) -> Response:
    link = await call.house.do(link_of, call)
    numbers = _numbers(chosen) | {link.id}
    found = await call.house.do(choices, call.house.workspace, link.id, by=call.who, now=call.now)
    shown = [each for each in found if each.link.id in numbers]
    verdicts = {
        each.link.id: await call.house.do(call.house.workspace.verdicts.current, each.link.id)
        for each in shown
    }
    return call.house.pages.page(
        call,
        "batch.html",
        status,
        link=link,
        choices=shown,
        verdicts=verdicts,
        open=sum(not each.hindrance for each in shown),
        categories=call.house.workspace.policy.categories,
        reason=call.field("reason"),
        problem=problem,
    )


async def _decide(call: Call) -> Response:
    link = await call.house.do(link_of, call)
    what, chosen = call.field("do"), call.form.get("with", [])
    if what not in set(Action):
        raise Refused(422, N_("choose: confirm or clear"))
    word = Word(
        link=link.id,
        action=Action(what),
        category=call.field("category") or None,
        grade=grade_of(call.field("grade")),
        reason=call.field("reason"),
        by=call.who,
    )
    try:
        number, _ = await call.house.do(
            decide_together, call.house.workspace, word, _numbers(chosen), now=call.now
        )
    except (InputError, RefusedError) as wrong:
        return await _page(call, chosen, 422, wrong)
    return leads("/batches", {"done": f"batch-{number}"})


async def _batches(call: Call) -> Response:
    found = await call.house.do(lambda: list(call.house.workspace.batches.latest(_SHOWN)))
    return call.house.pages.page(
        call, "batches.html", batches=found, may_decide=call.post in DECIDES, done=done_of(call)
    )


async def _undo(call: Call) -> Response:
    number = call.request.path_params["number"]
    await call.house.do(
        undo_together,
        call.house.workspace,
        number,
        reason=call.field("reason"),
        by=call.who,
        now=call.now,
    )
    return leads("/batches", {"done": f"unbatch-{number}"})


def _numbers(chosen: list[str]) -> set[int]:
    """Return the cases that a form names; what is no number is none."""
    digits = 9
    return {
        int(each)
        for each in chosen[: 2 * LARGEST]
        if each.isascii() and each.isdigit() and len(each) <= digits
    }


DOORS = (
    staff_door("batch-form", "GET", "/cases/{link:int}/batch", DECIDES, _ask),
    staff_door("batch", "POST", "/cases/{link:int}/batch", DECIDES, _decide),
    staff_door("batches", "GET", "/batches", READS, _batches),
    staff_door("unbatch", "POST", "/batches/{number:int}", DECIDES, _undo),
)
