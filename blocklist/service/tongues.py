"""In which language a page answers: a link asked for it, now or before, or the browser prefers it.

``?lang=zh`` on any page answers in Chinese and is remembered in a cookie that says nothing else; there is no
address to be sent to afterwards, so none can be forged.
"""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

PARAMETER = "lang"
COOKIE = "language"
_YEAR = 31_536_000  # seconds
_LONGEST = 500  # characters of Accept-Language that are read


def language_for(request: Request, codes: Sequence[str]) -> str:
    """Return which of ``codes`` a call is answered in; the first where nothing else is asked for."""
    for asked in (request.query_params.get(PARAMETER), request.cookies.get(COOKIE)):
        if asked is not None and asked in codes:
            return asked
    return preferred(request.headers.get("accept-language", ""), codes)


def preferred(header: str, codes: Sequence[str]) -> str:
    """Return which of ``codes`` an Accept-Language prefers (RFC 9110, section 12.5.4); the first if none."""
    best, weight = codes[0], 0.0
    for part in header[:_LONGEST].split(","):
        tag, _, parameter = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        quality = _quality(parameter)
        if code in codes and quality > weight:
            best, weight = code, quality
    return best


def remember(request: Request, response: Response, codes: Sequence[str], *, secure: bool) -> None:
    """Keep the language that a link asked for."""
    if (asked := request.query_params.get(PARAMETER)) in codes:
        assert asked is not None, "it is one of the codes"
        response.set_cookie(
            COOKIE, asked, max_age=_YEAR, path="/", secure=secure, httponly=True, samesite="lax"
        )


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0
