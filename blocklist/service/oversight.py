"""Pages from above: figures of the work, and the blind re-review of what is listed."""

import anyio.to_thread
from starlette.responses import Response

from blocklist.casework.blind import draw, draw_decided, next_blind, say
from blocklist.casework.oversight import figures
from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Passage, Piece
from blocklist.public.words import N_
from blocklist.service.desk import done_of, leads, staff_door
from blocklist.service.doors import DECIDES, MANAGES, READS, SETTLES, Call
from blocklist.service.refusals import Refused
from blocklist.service.review import lost_of

_MOST_DRAWN = 200


async def _figures(call: Call) -> Response:
    found = await call.house.do(figures, call.house.workspace)
    return call.house.pages.page(call, "figures.html", figures=found)


async def _blind(call: Call) -> Response:
    found = await call.house.do(next_blind, call.house.workspace, call.who)
    text: tuple[Passage, ...] = ()
    title = lost = ""
    if found is not None:
        verdict = await call.house.do(call.house.workspace.verdicts.get, found.verdict)
        title = verdict.title
        try:
            capture = await call.house.do(call.house.workspace.captures.get, verdict.captures[0])
            text = await anyio.to_thread.run_sync(call.house.passages, verdict, capture)
        except (EvidenceError, TroubleError) as problem:
            lost = lost_of(problem)
    return call.house.pages.page(
        call,
        "blind.html",
        found=found,
        title=title,
        text=tuple(map(_unmarked, text)),
        lost=lost,
        may_draw=call.post in DRAWS,
        done=done_of(call),
    )


def _unmarked(block: Passage) -> Passage:
    """Return a passage without its marks: who judges blind sees the page and nothing of the verdict."""
    whole = Piece("".join(piece.text for piece in block.pieces))
    return Passage(kind=block.kind, hidden=block.hidden, boilerplate=block.boilerplate, pieces=(whole,))


async def _said(call: Call) -> Response:
    number = call.request.path_params["number"]
    await call.house.do(say, call.house.workspace, number, call.field("answer"), by=call.who, now=call.now)
    return leads("/blind", {})


async def _draw(call: Call) -> Response:
    said = call.field("count")
    if not (said.isascii() and said.isdigit() and len(said) < 4 and 0 < int(said) <= _MOST_DRAWN):  # noqa: PLR2004 - digits
        raise Refused(422, N_("draw from 1 to %(most)s pages"), most=_MOST_DRAWN)
    sample = draw_decided if call.field("of") == "decided" else draw
    drawn = await call.house.do(sample, call.house.workspace, int(said), by=call.who, now=call.now)
    return leads("/blind", {"done": f"draw-{drawn}"})


DRAWS = SETTLES | MANAGES
DOORS = (
    staff_door("figures", "GET", "/figures", READS, _figures),
    staff_door("blind", "GET", "/blind", DECIDES | DRAWS, _blind),
    staff_door("blind-draw", "POST", "/blind", DRAWS, _draw),
    staff_door("blind-answer", "POST", "/blind/{number:int}", DECIDES, _said),
)
