"""Whether the audit log is what was written, and how anybody with a copy of the site can tell.

Each release's history commits to the digest of all lines until then (``history.events``). That line's place
in the log is proved by a tlog-proof against a checkpoint that strangers hold copies of.
"""

from dataclasses import dataclass

import orjson

from blocklist.errors import VerificationError
from blocklist.history.events import AUDITED, opens
from blocklist.history.merkle import is_included, leaf_hash
from blocklist.history.note import CHECKPOINT, parse_checkpoint
from blocklist.history.proofs import parse_proof, write_proof
from blocklist.history.tiles import tile_files
from blocklist.store import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditProof:
    """That the history commits to the audit log as it is."""

    lines: int
    """How many of them it commits to; later ones wait for the next release."""
    chain: str
    """Digest of those lines, hex."""
    index: int
    """Of the event in the history."""
    serial: int
    """Release whose checkpoint proves it."""
    root: str
    """Root of the history at that release, hex."""
    proof: str
    """A C2SP tlog-proof with the checkpoint at its end."""


def audit_problems(workspace: Workspace) -> tuple[str, ...]:
    """Return why the audit log is not what it was; (): it is.

    Its lines must follow from each other, and what the history committed to must be among them.
    """
    found = []
    if (broken := workspace.audit.broken()) is not None:
        found.append(f"audit line {broken} is not what was written")
    for event in workspace.history.events():
        if event.kind == AUDITED and not workspace.audit.held(event.body):
            found.append("the history commits to an audit log that is not this one")
            break
    return tuple(found)


def audit_proof(workspace: Workspace) -> AuditProof | None:
    """Return the proof of the newest commitment, checked; None: no release has committed to anything yet.

    Raises VerificationError when the history does not hold what it should.
    """
    notes = workspace.history.checkpoints()
    if not notes:
        return None
    serial = max(notes)
    checkpoint = parse_checkpoint(notes[serial], CHECKPOINT)
    events = workspace.history.events()[: checkpoint.size]
    index = max((at for at, event in enumerate(events) if event.kind == AUDITED), default=None)
    if index is None:
        return None
    event, tiles = events[index], dict(tile_files([each.leaf for each in events]))
    proof = write_proof(tiles.__getitem__, index, notes[serial], checkpoint.size)
    _, path, _ = parse_proof(proof, CHECKPOINT)
    held = is_included(leaf_hash(event.leaf), index, checkpoint.size, path, checkpoint.root)
    if not held or not opens(event):
        raise VerificationError("the history does not hold the line that commits to the audit log")
    body = orjson.loads(event.body)
    return AuditProof(
        lines=body["lines"],
        chain=body["chain"],
        index=index,
        serial=serial,
        root=checkpoint.root.hex(),
        proof=proof.decode(),
    )
