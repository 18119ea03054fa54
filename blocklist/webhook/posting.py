"""One request to the receiver, by libcurl: to a public address only, or to the one inside that is configured.

The address is judged at the socket, after the name was resolved, so that no name can point inside
(``urls.addresses``). Redirects are not followed: they would carry the message to a place that nobody named.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import pycurl

from blocklist.urls.addresses import BAD_PORTS, refusal

_OK = range(200, 300)
GONE = 410
_LATER = frozenset({429, 503})
_MOST_WAIT = 86_400  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where messages go."""

    url: str
    address: tuple[str, int] | None = None
    """The one address and port inside that is dialled instead of what the name says; None: public ones."""
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What became of one try."""

    problem: str = ""
    """Why it failed; empty: the receiver has the message."""
    gone: bool = False
    """True: the receiver says that it wants no more (410)."""
    retry_after_s: float = 0.0
    """Patience that it asked for; 0: none."""


class _Dialled:
    """Opens sockets to allowed addresses, and notes why one was refused."""

    def __init__(self, allowed: tuple[str, int] | None) -> None:
        self._allowed = allowed
        self.refused = ""
        self._opened: list[socket.socket] = []

    def close(self) -> None:
        """Close our side of the sockets: libcurl has its own, duplicated."""
        for each in self._opened:
            each.close()

    def __call__(self, _purpose: int, about: Any) -> socket.socket | int:
        family, kind, protocol, where = about
        host, port = where[0], where[1]
        if self._allowed is not None:
            reason = "" if (host, port) == self._allowed else "is not the address that is configured"
        else:
            reason = refusal(host) or ("is a port of another protocol" if port in BAD_PORTS else "")
        if reason:
            self.refused = f"{host} {reason}"
            return int(pycurl.SOCKET_BAD)
        self._opened.append(socket.socket(family, kind, protocol))
        return self._opened[-1]


def post(receiver: Receiver, headers: Mapping[str, str], body: bytes) -> Reply:
    """Send ``body`` once; whatever happens comes back as a ``Reply``."""
    dialled = _Dialled(receiver.address)
    fields: dict[str, str] = {}

    def header(line: bytes) -> None:
        name, _, value = line.decode("latin-1").partition(":")
        fields[name.strip().lower()] = value.strip()

    curl = pycurl.Curl()
    try:
        for option, value in (
            (pycurl.URL, receiver.url),
            (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
            (pycurl.PROXY, ""),  # else the environment's would be dialled, and the address never judged
            (pycurl.NOPROXY, "*"),
            (pycurl.FOLLOWLOCATION, 0),
            (pycurl.NETRC, 0),
            (pycurl.NOSIGNAL, 1),
            (pycurl.TIMEOUT_MS, int(receiver.timeout_s * 1000)),
            (pycurl.OPENSOCKETFUNCTION, dialled),
            (pycurl.POST, 1),
            (pycurl.POSTFIELDS, body),
            (pycurl.USERAGENT, f"Linkgazette/{version('linkgazette')} (webhook)"),
            (pycurl.HTTPHEADER, _lines(headers)),
            (pycurl.HEADERFUNCTION, header),
            (pycurl.WRITEFUNCTION, len),  # what it says is of no use, and not kept
        ):
            curl.setopt(option, value)
        if receiver.address is not None:
            host, port = receiver.address
            curl.setopt(pycurl.CONNECT_TO, [f"::{f'[{host}]' if ':' in host else host}:{port}"])
        curl.perform()
        status = curl.getinfo(pycurl.RESPONSE_CODE)
    except pycurl.error as problem:
        return Reply(problem=dialled.refused or str(problem.args[-1]))
    finally:
        curl.close()
        dialled.close()
    if status in _OK:
        return Reply()
    later = fields.get("retry-after", "") if status in _LATER else ""
    return Reply(
        problem=f"the receiver answers {status}",
        gone=status == GONE,
        retry_after_s=min(float(later), _MOST_WAIT) if later.isascii() and later.isdigit() else 0.0,
    )


def _lines(headers: Mapping[str, str]) -> list[str]:
    given = {"content-type": "application/json", "expect": "", **headers}
    return [f"{name}: {value}" if value else f"{name}:" for name, value in given.items()]
