"""Where a published list is read from: a folder, or a web server that may be slow, wrong or hostile."""

import urllib.error
import urllib.request
from http.client import HTTPException, HTTPMessage
from importlib.metadata import version
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from blocklist.errors import InputError, TroubleError
from blocklist.release.build import MANIFEST
from blocklist.release.verify import list_folder

TIMEOUT_S = 30.0  # seconds without a byte
_NOT_THERE = (404, 410)


class Source(Protocol):
    """A published list."""

    @property
    def name(self) -> str:
        """What messages call it."""

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file ``name`` of ``list/``; None: there is none.

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
        """Read from ``address``: of the site, or of its ``list/`` when it ends so."""
        whole = address.rstrip("/") + "/"
        self.name = address
        self._base = whole if whole.endswith("/list/") else f"{whole}list/"
        self._opener = urllib.request.build_opener(_Redirects)

    def read(self, name: str, limit: int) -> bytes | None:
        """Return the file; None: the server says that there is none."""
        address = self._base + quote(name)
        request = urllib.request.Request(  # noqa: S310 - its scheme is http or https: open_source looks
            address, headers={"User-Agent": f"Linkgazette/{version('linkgazette')} (pull)"}
        )
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                data = _bounded(answer.read(limit + 1), limit, address)
                if answer.length:
                    raise TroubleError(f"{address}: the answer ends before its length; try again")
                return data
        except urllib.error.HTTPError as problem:
            problem.close()
            if problem.code in _NOT_THERE:
                return None
            raise TroubleError(f"{address}: the server answers {problem.code}") from problem
        except (OSError, HTTPException, ValueError) as problem:
            reason = getattr(problem, "reason", problem)
            raise TroubleError(f"{address}: cannot be fetched ({reason})") from problem


def open_source(place: str) -> Source:
    """Return the list at ``place``, a folder or an http(s) address; raises InputError for what is neither."""
    if place.startswith(("http://", "https://")):
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


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow to http and https alone; the standard library would go to ftp as well."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request that follows; raises URLError."""
        if not newurl.startswith(("http://", "https://")):
            raise urllib.error.URLError(f"a redirect to {newurl[:64]!r}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _bounded(data: bytes, limit: int, name: str) -> bytes:
    if len(data) > limit:
        raise TroubleError(f"{name}: holds more than the {limit:,} bytes that were announced; not taken")
    return data
