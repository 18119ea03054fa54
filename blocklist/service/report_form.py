"""A report from the public, by form: only the addresses in it are kept, and not who sent it."""

from starlette.responses import Response

from blocklist.errors import InputError
from blocklist.intake.rows import Row, Rows
from blocklist.public.words import N_
from blocklist.service.doors import Call, Door, Side
from blocklist.service.refusals import Refused

_MAX_CHARS = 4000
_MAX_SHARES = 20


async def _form(call: Call) -> Response:
    return _page(call)


async def _report(call: Call) -> Response:
    if wait := call.house.forms.wait(f"form {call.address}", call.now):
        raise Refused(
            429,
            N_("too many from your address; come again in %(wait)s s"),
            {"Retry-After": str(wait)},
            wait=wait,
        )
    text = call.field("text")
    if not text or len(text) > _MAX_CHARS:
        wrong = InputError(N_("give an address, in at most %(most)s characters"), most=_MAX_CHARS)
        return _page(call, 422, text=text, problem=wrong)
    row = await call.house.do(_take, call, text)
    if not row.shares:
        return _page(call, 422, text=text, problem=InputError(row.problems[0].error))
    return _page(call, taken=min(len(row.shares), _MAX_SHARES))


def _take(call: Call, text: str) -> Row:
    workspace = call.house.workspace
    row = Rows("the form", workspace.pseudonymiser).from_fields(1, {"text": text})
    if row.shares:
        workspace.shares.add_ready(row.shares[:_MAX_SHARES], now=call.now)
    return row


def _page(
    call: Call, status: int = 200, *, taken: int = 0, text: str = "", problem: InputError | None = None
) -> Response:
    return call.house.pages.page(call, "report.html", status, taken=taken, text=text, problem=problem)


DOORS = (
    Door(name="report-form", side=Side.PUBLIC, method="GET", path="/report", handler=_form),
    Door(name="report-by-form", side=Side.PUBLIC, method="POST", path="/report", handler=_report),
)
