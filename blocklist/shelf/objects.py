"""Files of evidence in an object store: put whole, and never added to.

Anything that fsspec opens by a URL; it takes its secrets where its own client looks for them, never from us.
"""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from blocklist.errors import InputError

_WAITS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Before an object store that is away is tried again."""
_Answer = TypeVar("_Answer")


class Objects:
    """An object store."""

    def __init__(self, url: str, *, waits_s: tuple[float, ...] = _WAITS_S) -> None:
        """Open ``url``; raises InputError for one that nothing installed here opens."""
        self._url = url.rstrip("/")
        self._waits_s = waits_s
        try:
            from fsspec.core import url_to_fs  # noqa: PLC0415 - the extra

            # What others wrote since must be seen.
            self._files, self._root = url_to_fs(self._url, use_listings_cache=False)
        except ImportError as problem:
            raise InputError(
                f"{url}: {problem}; install an object store's client with: pip install 'linkgazette[objects]'"
            ) from problem
        except ValueError as problem:
            raise InputError(f"{url}: is no place for evidence ({problem})") from problem

    @property
    def where(self) -> str:
        """As ``Folder`` does."""
        return self._url

    def put(self, name: str, data: bytes) -> None:
        """As ``Folder`` does."""
        self._patiently(lambda: self._files.pipe_file(self._at(name), data))

    def read(self, name: str, offset: int, length: int) -> bytes:
        """As ``Folder`` does."""
        found: bytes = self._patiently(
            lambda: self._files.cat_file(self._at(name), start=offset, end=offset + length)
        )
        return found

    def overwrite(self, name: str, offset: int, data: bytes) -> None:
        """Put the object anew, with ``data`` in it; a store that keeps versions must be told to drop them."""
        old: bytes = self._patiently(lambda: self._files.cat_file(self._at(name)))
        self.put(name, old[:offset] + data + old[offset + len(data) :])

    def remove(self, name: str) -> int:
        """As ``Folder`` does."""
        try:
            size = int(self._patiently(lambda: self._files.info(self._at(name)))["size"])
            self._patiently(lambda: self._files.rm_file(self._at(name)))
        except FileNotFoundError:
            return 0
        return size

    def sizes(self) -> dict[str, int]:
        """As ``Folder`` does."""
        try:
            found: dict[str, Any] = self._patiently(lambda: self._files.find(self._root, detail=True))
        except FileNotFoundError:
            return {}
        return {path.rpartition("/")[2]: int(told["size"]) for path, told in found.items()}

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"

    def _patiently(self, ask: Callable[[], _Answer]) -> _Answer:
        for wait_s in (*self._waits_s, None):
            try:
                return ask()
            except FileNotFoundError:
                raise
            except Exception as problem:  # every store's client has errors of its own
                if wait_s is None:
                    raise OSError(f"{type(problem).__name__}: {problem}") from problem
                time.sleep(wait_s)
        raise AssertionError  # the last wait is None
