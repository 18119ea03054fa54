"""`linkgazette serve` as a process of its own, for what only a process can be asked: kill, stop, load."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Served:
    """A running service."""

    process: subprocess.Popen[str]
    public: str
    """Origin of the public side."""
    staff: str


@contextmanager
def serving(workspace: Path, *, log: Path) -> Iterator[Served]:
    """Serve ``workspace`` on free ports of loopback; what it logs goes to ``log``."""
    command = [sys.executable, "-c", "from blocklist.cli import main; main()", "--workspace", str(workspace)]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*command, "serve", "--port", "0", "--staff-port", "0", "--out", str(workspace / "public")],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        try:
            said = [process.stdout.readline().split() for _ in range(2)]
            assert [each[0] for each in said] == ["public", "staff"], log.read_text()
            yield Served(process, *(each[1].rstrip("/") for each in said))
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def a_key(workspace: Path, *arguments: str) -> str:
    """Make a key as an operator does."""
    command = [sys.executable, "-c", "from blocklist.cli import main; main()", "--workspace", str(workspace)]
    made = subprocess.run(
        [*command, "staff", "key", "platform", *arguments], check=True, capture_output=True, text=True
    )
    return made.stdout.strip()
