"""How many releases stay, and what becomes of the others: the next one is written over the last of them.

A release of 100,000 entries is 200,000 folders with a page in each. To make and link them anew takes longer
than to write what changed, and to remove those of an old release longer still.
"""

import shutil
from pathlib import Path

from blocklist.release.folder import PublicFolder
from blocklist.release.ledger import Made, ledger_of, read_made
from blocklist.release.signatures import SIGNATURE
from blocklist.release.site import SITE


def begin_on(public: PublicFolder, serial: int, keep: int, key: bytes) -> tuple[Path, Made | None]:
    """Make the folder in which the release of that serial is written, when ``keep`` are to stay, 2 or more.

    Releases beyond them are removed, never the one that readers see; the newest becomes the folder. Returns
    the folder, and what it holds of a site and nothing else (known by a ledger of ``key``); None: nothing at
    all.
    """
    shown = public.shown()
    whole = sorted(path for path in public.releases.iterdir() if path.name.isdigit())
    given_up = [path for path in whole[: 1 - keep] if path != shown]
    held = read_made(given_up[-1], key) if given_up else None
    for path in given_up if held is None or not held.sheets else given_up[:-1]:
        shutil.rmtree(path)
        ledger_of(path).unlink(missing_ok=True)
    if held is None or not held.sheets:
        return public.begin(serial), None
    part = public.part_of(serial)
    held.folder.rename(part)
    ledger_of(held.folder).unlink()
    shutil.rmtree(part / "list")
    for name in (SITE, SITE + SIGNATURE):
        (part / name).unlink(missing_ok=True)
    return part, held
