"""Files of evidence in a folder; ``objects`` does the same with an object store."""

import os
from pathlib import Path
from secrets import token_hex


class Folder:
    """A folder of this machine, or one that is mounted here.

    A missing file is a FileNotFoundError, everything else that goes wrong an OSError.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        """Path or URL, as it is told to people."""
        return str(self.path)

    def put(self, name: str, data: bytes) -> None:
        """Keep ``data`` as a file; it is on disk, whole, when this returns."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self.path / f".{name}-{token_hex(4)}"
        with open(new, "xb", opener=_private) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.path / name)

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return ``length`` bytes from ``offset`` on; fewer where the file ends."""
        with (self.path / name).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def overwrite(self, name: str, offset: int, data: bytes) -> None:
        """Put ``data`` in the place of as many bytes at ``offset``; on disk when this returns."""
        with (self.path / name).open("r+b") as file:
            file.seek(offset)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def remove(self, name: str) -> int:
        """Take a file away; return how many bytes it had, 0 if it was gone."""
        file = self.path / name
        size = file.stat().st_size if file.exists() else 0
        file.unlink(missing_ok=True)
        return size

    def sizes(self) -> dict[str, int]:
        """Return the size of every file, in bytes."""
        if not self.path.exists():
            return {}
        with os.scandir(self.path) as found:
            return {each.name: each.stat().st_size for each in found}


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)  # pages are for the operator's eyes only, as the database is
