"""Where a published list is read from: a folder, or a web server that may be slow, wrong or hostile."""

from importlib.metadata import version
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import pycurl

from blocklist.errors import InputError, TroubleError
from blocklist.formats.records import MANIFEST
from blocklist.release.verify import list_folder
from blocklist.urls import is_web, parse_url

GRACE_S = 30
"""Seconds to connect, and seconds in which less may come than ``LEAST_SPEED``."""
LEAST_SPEED = 4096  # bytes a second: 1 MB takes at most four minutes
MAX_HOPS = 5
_NOT_THERE = (404, 410)
_OK = 200
_TOO_MUCH = -1


class Source(Protocol):
    """A published list."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file ``name`` of ``list/``, or of ``../history/``; None: there is none.

        Raises TroubleError when it cannot be read, or holds more than ``limit`` bytes.
        """


class FolderSource:
    """The list in a folder."""

    def __init__(self, folder: Path) -> None:
        """Read the published folder, one release, or its ``list``; raises InputError when it is none."""
        self.name = str(folder)
        self._folder = list_folder(folder).resolve()

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file; None: there is none."""
        try:
            with (self._folder / name).open("rb") as file:
                return _bounded(file.read(limit + 1), limit, f"{self._folder / name}")
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise TroubleError(f"{self._folder / name}: cannot be read ({problem.strerror})") from problem


class WebSource:
    """The list below an address; redirects are followed over http and https only."""

    def __init__(self, address: str) -> None:
        """Read from ``address``: of the site, or of its ``list/`` when it ends so; raises UrlError."""
        whole = parse_url(address).partition("#")[0].rstrip("/") + "/"
        self.name = address
        self._base = whole if whole.endswith("/list/") else f"{whole}list/"

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file; None: the server says that there is none.

        A server has ``GRACE_S`` and the time that ``limit`` bytes take at ``LEAST_SPEED``, redirects and
        headers among them, and never ``GRACE_S`` below that speed.
        """
        address = _address(self._base, name)
        taken = bytearray()

        def take(part: bytes) -> int:
            taken.extend(part)
            return _TOO_MUCH if len(taken) > limit else len(part)

        curl = pycurl.Curl()
        try:
            for option, value in _OPTIONS:
                curl.setopt(option, value)
            curl.setopt(pycurl.URL, address)
            curl.setopt(pycurl.TIMEOUT, GRACE_S + limit // LEAST_SPEED)
            curl.setopt(pycurl.WRITEFUNCTION, take)
            curl.perform()
            status = curl.getinfo(pycurl.RESPONSE_CODE)
        except pycurl.error as problem:
            _bounded(bytes(taken), limit, address)
            raise TroubleError(f"{address}: cannot be fetched ({problem.args[-1]}); try again") from problem
        finally:
            curl.close()
        if status in _NOT_THERE:
            return None
        if status != _OK:
            raise TroubleError(f"{address}: the server answers {status}")
        return bytes(taken)


_OPTIONS = (
    (pycurl.USERAGENT, f"Linkgazette/{version('linkgazette')} (pull)"),
    (pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.FOLLOWLOCATION, 1),
    (pycurl.REDIR_PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS),
    (pycurl.MAXREDIRS, MAX_HOPS),
    (pycurl.CONNECTTIMEOUT, GRACE_S),
    (pycurl.LOW_SPEED_LIMIT, LEAST_SPEED),
    (pycurl.LOW_SPEED_TIME, GRACE_S),
    (pycurl.NOSIGNAL, 1),
)


def open_source(place: str) -> Source:
    """Return the list at ``place``, a folder or an http(s) address; raises InputError for what is neither."""
    if is_web(place):
        if "@" in place:
            raise InputError("the address of a list carries a user name or password; remove it")
        return WebSource(place)
    if "://" in place:
        raise InputError(f"{place}: is neither a folder nor an http or https address")
    return FolderSource(Path(place))


def required(source: Source, name: str, limit: int) -> bytes:
    """Return a file that must be there; raises TroubleError, and InputError when there is no list at all."""
    data = source.read(name, limit)
    if data is not None:
        return data
    if name == MANIFEST:
        raise InputError(f"{source.name}: no list/{MANIFEST} there; name the address of a published list")
    raise TroubleError(f"{source.name}: {name} is missing there, though its manifest names it; try again")


def _address(base: str, name: str) -> str:
    above = name.removeprefix("../")
    return (base if above == name else base.removesuffix("list/")) + quote(above)


def _bounded(data: bytes, limit: int, name: str) -> bytes:
    if len(data) > limit:
        raise TroubleError(f"{name}: holds more than the {limit:,} bytes that were announced; not taken")
    return data
