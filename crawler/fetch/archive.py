"""Evidence of what was judged: one gzip WARC per crawl run, on the workspace's shelf (``captures/``).

Records are on disk (fsync) before the verdicts that cite them are stored, and are read again to judge a page
anew; what a record holds is ``warc``'s. In an object store, which adds nothing to an object, every batch is a
WARC of its own, and the store has it before the verdicts are stored.
Images and media never come here: ``kinds`` keeps them out.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Protocol

from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Archived, Capture
from blocklist.shelf import Objects, Shelf, shelf_of
from crawler.fetch.compression import codings_of, decode
from crawler.fetch.failures import VisitError
from crawler.readers.warc import Records, erased, unpack, warcinfo

_MOST_BETWEEN = 67_108_864
"""Bytes between two codings of a page: what a crawl may be allowed at most (``[crawl] max_body_bytes``)."""


class Keeper(Protocol):
    """Takes the pages of one run."""

    linger_s: float
    """How long a batch should wait for more pages, in seconds."""

    def keep(self, pages: Sequence[Records]) -> list[Archived]:
        """Write ``pages``, durable when it returns; return where their responses lie. Raises TroubleError."""

    def close(self) -> None:
        """Nothing is waiting to be written."""


def archive_on(shelf: Shelf, run: str) -> Keeper:
    """Return the archive of ``run`` on ``shelf``; ``run`` is a name that no other has."""
    if isinstance(shelf, Objects):
        return ObjectArchive(shelf, run)
    return Archive(shelf.path, run)


class Archive:
    """The WARC file of one run; opened when the first page comes, so a run without pages leaves none."""

    linger_s = 0.0

    def __init__(self, folder: Path, run: str) -> None:
        self._path = folder / f"{run}.warc.gz"
        self._file: BinaryIO | None = None

    def keep(self, pages: Sequence[Records]) -> list[Archived]:
        """Write ``pages`` to disk, flushed once; returns where their responses lie. Raises TroubleError."""
        if not pages:
            return []
        try:
            file = self._open()
            kept = [_append(file, page, self._path.name) for page in pages]
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            message = f"{self._path}: cannot write evidence ({error.strerror}); free the disk and crawl again"
            raise TroubleError(message) from error
        return kept

    def close(self) -> None:
        """Close the file; nothing is waiting to be written."""
        if self._file is not None:
            with suppress(OSError):  # what a full disk did not take before, and nothing cites
                self._file.close()
            self._file = None

    def _open(self) -> BinaryIO:
        if self._file is None:
            # Pages hold what people wrote on them: for the operator's eyes only, as the database is.
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = open(self._path, "xb", opener=_private)  # noqa: SIM115 - close() ends it
            self._file.write(warcinfo(self._path.name))
        return self._file


class ObjectArchive:
    """A WARC an object for each batch of a run."""

    linger_s = 1.0
    """Every object is paid for: a million pages one by one cost 5 dollars of S3, a second's together 0.17."""

    def __init__(self, shelf: Objects, run: str) -> None:
        self._shelf = shelf
        self._run = run
        self._batches = 0

    def keep(self, pages: Sequence[Records]) -> list[Archived]:
        """As ``Keeper`` says; a store that stays away is a TroubleError, and nothing cites what it lacks."""
        if not pages:
            return []
        self._batches += 1
        name = f"{self._run}-{self._batches:05}.warc.gz"
        file = BytesIO()
        file.write(warcinfo(name))
        kept = [_append(file, page, name) for page in pages]
        try:
            self._shelf.put(name, file.getvalue())
        except OSError as problem:
            raise TroubleError(
                f"{self._shelf.where}: cannot keep evidence ({problem}); mend the store and crawl again"
            ) from problem
        return kept

    def close(self) -> None:
        """Nothing is waiting to be written."""


def _append(file: BinaryIO, page: Records, name: str) -> Archived:
    offset = file.tell()
    file.write(page.response)
    file.write(page.request)
    file.write(page.metadata)
    return Archived(file=name, offset=offset, length=len(page.response))


def stored_body(workspace: Path, capture: Capture) -> bytes:
    """Return the page of ``capture`` as it was judged, read from the archive and checked by its digest.

    Raises EvidenceError when the archive's file is gone, cut off or altered.
    """
    place = capture.archived
    assert place is not None, "only archived captures are asked for"
    shelf = shelf_of(workspace)
    path = f"{shelf.where}/{place.file}"
    try:
        coding, sent = unpack(shelf.read(place.file, place.offset, place.length))
        codings = codings_of(coding)
        # What is packed twice may be larger in between than it is in the end.
        most = capture.body_bytes if len(codings) == 1 else max(capture.body_bytes, _MOST_BETWEEN)
        body = decode(sent, codings, limit=most)
    except (OSError, ValueError, VisitError) as problem:
        raise EvidenceError(
            f"{path}: the evidence of capture {capture.id} cannot be read; restore the file from your backup"
        ) from problem
    if sha256(body).hexdigest() != capture.body_sha256:
        raise EvidenceError(
            f"{path}: the evidence of capture {capture.id} was altered; restore the file from your backup"
        )
    return body


def erase(workspace: Path, capture: Capture) -> None:
    """Overwrite the page of ``capture`` where it lies; the file stays a WARC and all else in its place.

    Raises TroubleError when the disk refuses; a file that is gone is erased already.
    """
    place = capture.archived
    assert place is not None, "only archived captures are erased"
    shelf = shelf_of(workspace)
    try:
        shelf.overwrite(place.file, place.offset, erased(place.length))
    except FileNotFoundError:
        return
    except OSError as problem:
        raise TroubleError(
            f"{shelf.where}/{place.file}: cannot erase evidence ({problem.strerror or problem}); "
            "mend its permissions and run again"
        ) from problem


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
