"""The history of a published release, read from its folder and audited against what is known of its past."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from blocklist.errors import FormatError, InputError, TroubleError, VerificationError
from blocklist.formats.records import ENTRIES, facts_of
from blocklist.history import audit
from blocklist.history.audit import parse_line
from blocklist.history.log import FOLDER
from blocklist.history.merkle import is_included, leaf_hash
from blocklist.history.note import CHECKPOINT, Checkpoint, parse_checkpoint
from blocklist.history.proofs import parse_proof, write_proof
from blocklist.history.tiles import entry_tiles, parse_entries
from blocklist.release.minisign import PublicKey

_DIGITS = 12  # more than a serial has
_LONGEST = 1024  # characters of a path


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One event of an entry, with the proof that the log holds it."""

    index: int
    line: Mapping[str, Any]
    leaf: bytes
    """The line as it is hashed."""
    proof: bytes
    """A C2SP tlog-proof, the log's checkpoint at its end."""


def history_problems(
    release: Path, manifest: str, serial: int, key: PublicKey | None, since: Mapping[str, Checkpoint]
) -> Iterator[str]:
    """Give what is wrong with ``history/`` in the folder ``release``, whose manifest has that digest.

    Checkpoints of the releases that lie beside it must be of its past, as those of ``since``. ``key`` must
    have signed it; None: nobody has. Raises TroubleError for a file that cannot be read.
    """
    try:
        entries = list(facts_of(_file(release / "list" / ENTRIES) or b""))
        beside = dict(_beside(release, serial))
    except FormatError as problem:
        if ENTRIES not in str(problem):  # which is said elsewhere
            yield str(problem)
        return
    yield from audit(
        lambda path: _file(release / path),
        serial=serial,
        manifest=manifest,
        entries=entries,
        public=key.key if key else None,
        since=beside | dict(since),
    ).problems


def held_checkpoint(folder: Path, named: str) -> Checkpoint:
    """Return the checkpoint ``named``: a file, or a release of ``folder`` by serial; raises InputError."""
    is_serial = named.isdecimal() and len(named) < _DIGITS
    path = folder / FOLDER / "checkpoints" / f"{int(named):06}" if is_serial else Path(named)
    if not named or len(named) > _LONGEST or path.is_dir():
        raise InputError(f"--since {named[:64]!r}: is no checkpoint; name a file that you kept, or a release")
    data = _file(path)
    if data is None:
        raise InputError(f"--since {named}: no checkpoint at {path}; name a file that you kept, or a release")
    return parse_checkpoint(data, str(path))


def proven(release: Path, entry: str) -> Iterator[Proven]:
    """Give what the history in the folder ``release`` says of ``entry``, each with its proof, checked.

    Raises InputError where it says nothing, FormatError, VerificationError and TroubleError for the history.
    """
    raw = _must(release, CHECKPOINT)
    checkpoint = parse_checkpoint(raw, FOLDER + CHECKPOINT)
    index, found = 0, False
    for path in entry_tiles(checkpoint.size):
        for leaf in parse_entries(_must(release, path), FOLDER + path):
            line = parse_line(leaf)
            if line.get("entry") == entry:
                found = True
                proof = write_proof(partial(_must, release), index, raw, checkpoint.size)
                _, hashes, _ = parse_proof(proof, f"event {index}")
                if not is_included(leaf_hash(leaf), index, checkpoint.size, hashes, checkpoint.root):
                    raise VerificationError(
                        f"{FOLDER}{path}: event {index} is not in the checkpoint's history"
                    )
                yield Proven(index=index, line=line, leaf=leaf, proof=proof)
            index += 1
    if not found:
        raise InputError(
            f"--entry {entry[:32]}: the history says nothing of it; give an id such as LG-4QJ7ZC2MXA"
        )


def _must(release: Path, path: str) -> bytes:
    data = _file(release / FOLDER / path)
    if data is None:
        raise FormatError(f"{FOLDER}{path}: is missing; this is no published folder, or a part of one")
    return data


def _beside(release: Path, serial: int) -> Iterator[tuple[str, Checkpoint]]:
    home = release.resolve()
    for each in sorted(home.parent.iterdir()) if home.name.isdigit() else ():
        if each.name.isdigit() and int(each.name) < serial:
            path = each / FOLDER / CHECKPOINT
            data = _file(path)
            if data is not None:
                yield f"release {int(each.name)} beside it", parse_checkpoint(data, str(path))


def _file(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise TroubleError(f"{path}: cannot be read ({problem.strerror})") from problem
