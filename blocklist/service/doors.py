"""Ways into the service: each says whom it opens to, and what is known of a call that came through.

``Door`` is data: the authorisation matrix, the OpenAPI document and the metrics' labels are read from it.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from blocklist.model import Post
from blocklist.store.api_keys import ApiKey
from blocklist.store.staff import Session

if TYPE_CHECKING:
    from blocklist.service.house import House

_OWN_V6 = 64  # bits: the least that a subscriber is given (RFC 6177)
READS = frozenset({Post.MODERATOR, Post.SENIOR, Post.ADMIN, Post.AUDITOR})
DECIDES = frozenset({Post.MODERATOR, Post.SENIOR})
SETTLES = frozenset({Post.SENIOR})
MANAGES = frozenset({Post.ADMIN})
OVERSEES = frozenset({Post.ADMIN, Post.AUDITOR})
REPORTS = frozenset({Post.REPORTER})
ANYBODY: frozenset[Post] = frozenset()


class Side(StrEnum):
    """Which listener a door is on."""

    PUBLIC = "public"
    STAFF = "staff"


class By(StrEnum):
    """How a caller says who they are."""

    NOTHING = "nothing"
    KEY = "key"
    SESSION = "session"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, with who makes it."""

    request: Request
    house: "House"
    now: datetime
    session: Session | None = None
    key: ApiKey | None = None
    body: bytes = b""
    form: Mapping[str, list[str]] = field(default_factory=dict)
    """What a form sent; empty: it was none."""

    @property
    def who(self) -> str:
        """Name of who calls; empty: nobody said."""
        if self.session is not None:
            return self.session.person.name
        return self.key.name if self.key is not None else ""

    @property
    def post(self) -> Post | None:
        """What the caller is here for; None: nobody said."""
        if self.session is not None:
            return self.session.person.post
        return self.key.post if self.key is not None else None

    @property
    def address(self) -> str:
        """Where the call comes from, as far as the server knows; of IPv6 the network of one caller.

        IPv4 that came in by a socket of both (``::ffff:192.0.2.7``) is IPv4: one network holds all of it.
        """
        host = self.request.client.host if self.request.client else ""
        try:
            address = ip_address(host)
        except ValueError:
            return host
        if isinstance(address, IPv4Address):
            return host
        return str(address.ipv4_mapped or ip_network((address, _OWN_V6), strict=False))

    def field(self, name: str) -> str:
        """Return what a form's field says; empty: nothing."""
        return self.form.get(name, [""])[0].strip()


Handler = Callable[[Call], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One method of one path."""

    name: str
    """Label in metrics and logs; paths may hold tickets, names do not."""
    side: Side
    method: str
    path: str
    by: By = By.NOTHING
    posts: frozenset[Post] = ANYBODY
    """Whom it opens to; empty: to anybody."""
    handler: Handler
    sets_up: bool = False
    """True: it opens to who must have a second factor and has none yet."""
    says: Mapping[str, Any] = field(default_factory=dict)
    """Its operation in the OpenAPI document; empty: a page for people, which is not in it."""
