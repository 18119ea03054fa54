"""What travels between the browser and the crawl: what a page asks for, what it is given, what came of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from blocklist.model import Failure, Hop


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request of the page."""

    url: str
    kind: str
    """``Document``, ``Script``, ``Stylesheet``, ``XHR`` or ``Fetch``."""
    headers: Mapping[str, str]
    """Those that matter: Referer, Cookie, Accept."""
    landing: bool
    """True: the page itself, and not a part or frame of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplied:
    """The crawl's answer to it."""

    status: int
    fields: Sequence[tuple[str, str]]
    body: bytes


Problem = tuple[Failure, str]
"""Kind, and words for a person."""
Supply = Callable[[Asked], Awaitable[Supplied]]
"""Raises whatever keeps it from an answer; the page gets a network error then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The page at one moment."""

    html: str
    hops: tuple[Hop, ...]
    """The way there; the last one is the page."""


@dataclass(slots=True, kw_only=True)
class Rendered:
    """What came of a page."""

    views: list[View] = field(default_factory=list)
    """As it stood when time had run; a second one if a click on "continue" changed it."""
    hops: list[Hop] = field(default_factory=list)
    """The way as far as it went."""
    fields: Sequence[tuple[str, str]] = ()
    status: int | None = None
    problem: Problem | None = None
    """Why it was ended before its time; None: it was not."""
    error: BaseException | None = None
    """What kept the page itself from an answer; None: it had one."""
    knocks: int = 0
    """Attempts to get out past the crawl; all ended at the wall."""
    screenshot: bytes = b""
