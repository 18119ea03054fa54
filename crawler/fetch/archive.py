"""Evidence of what was judged: one gzip WARC per crawl run under ``captures/``.

Records are on disk (fsync) before the verdicts that cite them are stored, and are read again to judge a page
anew; what a record holds is ``warc``'s.
Images and media never come here: ``kinds`` keeps them out.
"""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from blocklist.errors import EvidenceError, TroubleError
from blocklist.model import Archived, Capture
from crawler.fetch.compression import codings_of, decode
from crawler.fetch.failures import VisitError
from crawler.readers.warc import Records, erased, unpack, warcinfo

FOLDER = "captures"


class Archive:
    """The WARC file of one run; opened when the first page comes, so a run without pages leaves none."""

    def __init__(self, folder: Path, run: str) -> None:
        self._path = folder / f"{run}.warc.gz"
        self._file: BinaryIO | None = None

    def keep(self, pages: Sequence[Records]) -> list[Archived]:
        """Write ``pages`` to disk, flushed once; returns where their responses lie. Raises TroubleError."""
        if not pages:
            return []
        try:
            file = self._open()
            kept = [self._append(file, page) for page in pages]
            file.flush()
            os.fsync(file.fileno())
        except OSError as error:
            message = f"{self._path}: cannot write evidence ({error.strerror}); free the disk and crawl again"
            raise TroubleError(message) from error
        return kept

    def close(self) -> None:
        """Close the file; nothing is waiting to be written."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _append(self, file: BinaryIO, page: Records) -> Archived:
        offset = file.tell()
        file.write(page.response)
        file.write(page.request)
        file.write(page.metadata)
        return Archived(file=self._path.name, offset=offset, length=len(page.response))

    def _open(self) -> BinaryIO:
        if self._file is None:
            # Pages hold what people wrote on them: for the operator's eyes only, as the database is.
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = open(self._path, "xb", opener=_private)  # noqa: SIM115 - close() ends it
            self._file.write(warcinfo(self._path.name))
        return self._file


def stored_body(workspace: Path, capture: Capture) -> bytes:
    """Return the page of ``capture`` as it was judged, read from the archive and checked by its digest.

    Raises EvidenceError when the archive's file is gone, cut off or altered.
    """
    place = capture.archived
    assert place is not None, "only archived captures are asked for"
    path = workspace / FOLDER / place.file
    try:
        with path.open("rb") as file:
            file.seek(place.offset)
            coding, sent = unpack(file.read(place.length))
        body = decode(sent, codings_of(coding), limit=capture.body_bytes)
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
    path = workspace / FOLDER / place.file
    try:
        with path.open("r+b") as file:
            file.seek(place.offset)
            file.write(erased(place.length))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    except OSError as problem:
        raise TroubleError(
            f"{path}: cannot erase evidence ({problem.strerror}); mend its permissions and run again"
        ) from problem


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
