"""What a site is handed over as: files that are made together, and what decides their bytes.

A release whose sheet has the inputs that it had in the release before takes over its files unmade
(``site_writer``), so whoever gives inputs answers for them: nothing else may show in the bytes.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from blocklist.release.context import ReleaseContext


class Sheet(NamedTuple):
    """Files that are made together; a tuple, of which a release makes 100,000."""

    paths: tuple[str, ...]
    """Relative to the release, ``/``-separated: ``entries/LG-…/index.html``; at least one."""
    make: Callable[[], Iterable[bytes]]
    """Gives the bytes of each, in order; may be called in another process."""
    inputs: bytes
    """A digest, 16 bytes, of everything that decides theirs, program and templates included."""


Pages = Callable[[ReleaseContext], Iterable[Sheet]]
"""Gives the site of a release; no path twice, none below ``list/``."""


def ready(path: str, data: bytes) -> Sheet:
    """Return the sheet of one file whose bytes are there already, and so decide themselves."""
    return Sheet((path,), lambda: (data,), hashlib.blake2b(data, digest_size=16, person=b"bytes").digest())
