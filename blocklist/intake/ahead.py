"""Reading in a process beside the one that stores: where there is a second core, a large file takes half.

The other process runs ``main``: it reads the files, makes batches ready to be kept, and writes them to its
standard output as pickles, the last one an error or None. A pipe holds little, so that it is never further
ahead than one batch, and it ends with the one who reads.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

from blocklist.errors import LinkgazetteError, TroubleError
from blocklist.intake.read_batches import Batch, is_stream, read_batches
from blocklist.store import Workspace, open_workspace

_WORTH = 16_777_216
"""Bytes from which the other process' start, some third of a second, is soon made good."""


def read_ahead(workspace: Workspace, files: Sequence[Path], *, ahead: bool | None) -> Generator[Batch] | None:
    """Return the batches of ``files``; None: they are better read in this process (``ahead`` None).

    Reading them raises as ``read_batches``, and TroubleError when the other process ends too soon.
    """
    assert workspace.pseudonymiser  # makes the key: the other process must not write
    if ahead is None:
        whole = not any(map(is_stream, files))
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        ahead = whole and cores > 1 and sum(file.stat().st_size for file in files) >= _WORTH
    return _batches(workspace.path, files) if ahead else None


def _batches(workspace: Path, files: Sequence[Path]) -> Generator[Batch]:
    # -P: the folder that one happens to be in is no place for modules.
    command = [
        sys.executable,
        "-P",
        "-c",
        f"from {__name__} import main; main()",
        str(workspace),
        *map(str, files),
    ]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
    assert process.stdout is not None, "a pipe was asked for"
    try:
        while True:
            try:
                said = pickle.load(process.stdout)  # noqa: S301 - of our own process
            except (EOFError, pickle.UnpicklingError) as cut:
                raise TroubleError("the process that reads the files was ended") from cut
            if said is None:
                return
            if isinstance(said, LinkgazetteError):
                raise said
            yield said
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def main() -> None:
    """Read the files that the command line names after the workspace, and write what they hold."""
    try:
        _write_batches(Path(sys.argv[1]), list(map(Path, sys.argv[2:])))
    except (BrokenPipeError, KeyboardInterrupt):  # whoever asked is gone
        os._exit(1)


def _write_batches(workspace: Path, files: Sequence[Path]) -> None:
    out = sys.stdout.buffer
    said: LinkgazetteError | None = None
    try:
        with open_workspace(workspace, create=False, write=False) as opened:
            for batch in read_batches(files, opened.pseudonymiser):
                pickle.dump(batch, out, pickle.HIGHEST_PROTOCOL)
    except LinkgazetteError as wrong:
        said = wrong
    pickle.dump(said, out, pickle.HIGHEST_PROTOCOL)
    out.flush()
