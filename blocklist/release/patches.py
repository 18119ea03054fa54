"""The patches of a release: from each ``adblock.txt`` of the release before to the one of this."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from mmap import mmap
from pathlib import Path

import orjson

from blocklist.errors import FormatError
from blocklist.formats import adblock
from blocklist.formats.adblock_patch import (
    FOLDER,
    KEPT,
    named_patch,
    patch_checksum,
    patch_serial,
    write_patch,
)
from blocklist.formats.records import MANIFEST
from blocklist.release.digester import is_as_said
from blocklist.release.disk import In


def patch_files(before: Path | None, folder: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Give name within ``list/`` and bytes of each patch that leads on to a file of this release.

    ``names`` are the files of the release, which lie in ``folder``; ``before`` is the release that readers
    see, and whose patches stay: who missed several goes through them one by one. None: there is none.
    """
    if before is None:
        return
    said = orjson.loads((before / "list" / MANIFEST).read_bytes())["files"]
    for name in names:
        home, _, base = name.rpartition("/")
        old = before / "list" / name
        if base != adblock.FILENAME or not is_as_said(old, said.get(name, {}).get("sha256", "")):
            continue  # not there, or altered since
        with old.open("rb") as lines:
            fresh = named_patch(lines)
        for path in sorted((old.parent / FOLDER).glob("*.patch"))[-(KEPT - 1) :]:
            yield str(Path(home, FOLDER, path.name)), path.read_bytes()
        if fresh is not None:
            with _read(old) as was, _read(folder / name) as now:
                yield str(Path(home, fresh)), write_patch(was, now)


def _read(path: Path) -> mmap:
    with closing(In(path)) as file:
        return file.whole()


def patch_problems(data: Mapping[str, bytes], serial: int) -> Iterator[str]:
    """Give what is wrong with the patches in ``data``: the last of each file must lead to the file itself."""
    for name in sorted(data):
        before = patch_serial(name)
        if before is None:
            continue
        if before >= serial:
            yield f"{name}: does not lead to this release"
            continue
        try:
            checksum = patch_checksum(data[name], name)
        except FormatError as problem:
            yield str(problem)
            continue
        whole = data.get(name[: name.rindex(FOLDER)] + adblock.FILENAME, b"")
        if before == serial - 1 and checksum != hashlib.sha1(whole, usedforsecurity=False).hexdigest():
            yield f"{name}: does not lead to {adblock.FILENAME} beside it"
