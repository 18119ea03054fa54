"""Pages from above: figures of the work, the audit log, and the blind re-review of what is listed."""

import anyio.to_thread
from starlette.responses import RedirectResponse, Response

from blocklist.casework.blind import next_blind, say
from blocklist.casework.oversight import audit_problems, figures
from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Passage, Piece
from blocklist.service.doors import DECIDES, OVERSEES, READS, By, Call, Door, Side
from blocklist.store.audit import AuditLine

_SHOWN = 200


async def _figures(call: Call) -> Response:
    found = await call.house.do(figures, call.house.workspace)
    return call.house.pages.page(call, "figures.html", figures=found)


async def _audit(call: Call) -> Response:
    lines, problems = await call.house.do(_audited, call)
    return call.house.pages.page(call, "audit.html", lines=lines, problems=problems)


def _audited(call: Call) -> tuple[list[AuditLine], tuple[str, ...]]:
    workspace = call.house.workspace
    number, _ = workspace.audit.head()
    lines = list(workspace.audit.lines(after=max(0, number - _SHOWN)))
    return lines[::-1], audit_problems(workspace)


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
            lost = str(problem)
    return call.house.pages.page(
        call, "blind.html", found=found, title=title, text=tuple(map(_unmarked, text)), lost=lost
    )


def _unmarked(block: Passage) -> Passage:
    """Return a passage without its marks: who judges blind sees the page and nothing of the verdict."""
    whole = Piece("".join(piece.text for piece in block.pieces))
    return Passage(kind=block.kind, hidden=block.hidden, boilerplate=block.boilerplate, pieces=(whole,))


async def _said(call: Call) -> Response:
    number = call.request.path_params["number"]
    await call.house.do(say, call.house.workspace, number, call.field("answer"), by=call.who, now=call.now)
    return RedirectResponse("/blind", 303)


DOORS = (
    Door(
        name="figures",
        side=Side.STAFF,
        method="GET",
        path="/figures",
        by=By.SESSION,
        posts=READS,
        handler=_figures,
    ),
    Door(
        name="audit",
        side=Side.STAFF,
        method="GET",
        path="/audit",
        by=By.SESSION,
        posts=OVERSEES,
        handler=_audit,
    ),
    Door(
        name="blind",
        side=Side.STAFF,
        method="GET",
        path="/blind",
        by=By.SESSION,
        posts=DECIDES,
        handler=_blind,
    ),
    Door(
        name="blind-answer",
        side=Side.STAFF,
        method="POST",
        path="/blind/{number:int}",
        by=By.SESSION,
        posts=DECIDES,
        handler=_said,
    ),
)
