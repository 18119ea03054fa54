"""What a copy holds, and how the next release takes its place: the only room of the mirror that writes.

::

    DIR.releases/pull.json               {"key":"RWQ…"}: who signs; the first pull pins it
"""

from collections.abc import Mapping
from pathlib import Path

import orjson

from blocklist.errors import FormatError, InputError, LinkgazetteError
from blocklist.formats.records import MANIFEST
from blocklist.history.log import FOLDER as HISTORY
from blocklist.history.note import CHECKPOINT, Checkpoint, parse_checkpoint
from blocklist.mirror.trust import Held
from blocklist.release.digest import sha256
from blocklist.release.folder import COPIED, PublicFolder, sync
from blocklist.release.manifest import parse_manifest
from blocklist.release.minisign import PublicKey, parse_public

_KEPT = 2  # copies: the one shown and the one before


def held_release(copy: PublicFolder) -> Held | None:
    """Return which release the copy shows; None: none yet."""
    shown = copy.shown()
    if shown is None:
        return None
    try:
        raw = (shown / "list" / MANIFEST).read_bytes()
        manifest = parse_manifest(raw, str(shown / "list" / MANIFEST))
        is_its_own = manifest["serial"] == int(shown.name)
    except (FileNotFoundError, FormatError):
        is_its_own = False
    # Damaged: it is mended, and never by an older release.
    return Held(serial=int(shown.name), digest=sha256(raw) if is_its_own else "")


def pinned_key(copy: PublicFolder) -> PublicKey | None:
    """Return the pinned key; None: none yet. Raises InputError for a folder that ``publish`` made."""
    path = copy.releases / COPIED
    if not path.exists():
        if copy.shown() is not None:
            raise InputError(f"{copy.out}: is a publication and no copy; pull into another folder")
        return None
    try:
        text = orjson.loads(path.read_bytes())["key"]
        return None if text is None else parse_public(str(text), str(path))
    except (KeyError, TypeError, orjson.JSONDecodeError, LinkgazetteError) as problem:
        raise InputError(f"{path}: does not say who signs; pull into another folder, with --key") from problem


def pin_key(copy: PublicFolder, key: PublicKey | None) -> None:
    """Note who signs, in one step that a power cut does not undo by half."""
    path, said = copy.releases / COPIED, orjson.dumps({"key": key.text if key else None})
    if path.exists() and path.read_bytes() == said:
        return
    part = copy.releases / f"{COPIED}.part"
    part.write_bytes(said)
    sync(part)
    part.replace(path)
    sync(copy.releases)


def held_file(shown: Path | None, name: str, digest: str) -> bytes | None:
    """Return the file ``name`` of ``list/`` as the copy ``shown`` has it; None: it has another, or none."""
    if shown is None:
        return None
    try:
        data = (shown / "list" / name).read_bytes()
    except FileNotFoundError:
        return None
    return data if sha256(data) == digest else None


def held_checkpoint(shown: Path | None) -> Checkpoint | None:
    """Return how far the publisher's history had come; None: not known."""
    path = None if shown is None else shown / HISTORY / CHECKPOINT
    try:
        return None if path is None else parse_checkpoint(path.read_bytes(), str(path))
    except (FileNotFoundError, FormatError):
        return None  # of a copy from before, or damaged: the next is kept


def swap_in(copy: PublicFolder, serial: int, files: Mapping[str, bytes]) -> None:
    """Write the new copy beside the one that is shown, show it, and remove the oldest."""
    copy.sweep(newest=serial - 1)
    copy.write(serial, sorted(files.items()))
    copy.show(serial)
    copy.keep(_KEPT)
