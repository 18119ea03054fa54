"""What came of asking every real program; ``python -m tests.consumer_matrix`` asks them all again.

``site/consumers.json`` keeps, of each program, its version, the files it was given, the scopes of which it
blocked what is listed, how often it was asked and how often it was wrong. A program that is not installed
keeps the row it had.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import pytest

from blocklist.public.assets import site_folder
from tests.consumer_gate import Consumer, judged
from tests.consumers_browsers import BROWSERS
from tests.consumers_dns import DNS
from tests.consumers_engines import BLOCKERS, ENGINES
from tests.consumers_exchange import EXCHANGE
from tests.consumers_mail import MAIL
from tests.consumers_web import WEB

MATRIX = site_folder() / "consumers.json"
ALL: list[Consumer] = [*DNS, *WEB, *MAIL, *BLOCKERS, *BROWSERS, *EXCHANGE]


def read_matrix() -> dict[str, Any]:
    """Return what was written last."""
    found: dict[str, Any] = json.loads(MATRIX.read_text(encoding="utf-8"))
    return found


def _version(package: str) -> str:
    kind, _, name = package.partition(" ")
    if kind == "Debian":
        ran = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", name], check=True, capture_output=True, text=True
        )
        return ran.stdout
    if kind == "npm":
        described = ENGINES / "node_modules" / name / "package.json"
        found: str = json.loads(described.read_text(encoding="utf-8"))["version"]
        return found
    return version(name)


def main(names: Sequence[str] = ()) -> int:
    """Ask the programs of those ``names``, or every one; 1: one was wrong."""
    before = {row["name"]: row for row in read_matrix()["programs"]} if MATRIX.exists() else {}
    rows, failed = [], 0
    for consumer in ALL:
        if names and consumer.name not in names:
            rows += [before[consumer.name]] if consumer.name in before else []
            continue
        try:
            outcome = judged(consumer)
        except pytest.skip.Exception as reason:
            print(f"{consumer.name}: not asked ({reason})", file=sys.stderr)
            rows += [before[consumer.name]] if consumer.name in before else []
            continue
        failed += bool(outcome.wrong)
        rows.append(
            {
                "name": consumer.name,
                "package": consumer.package,
                "version": _version(consumer.package),
                "formats": list(consumer.formats),
                "says": [scope.value for scope in outcome.says],
                "asked": outcome.asked,
                "wrong": len(outcome.wrong),
                "ignores_case": consumer.ignores_case,
            }
        )
        print(f"{consumer.name}: {outcome.asked} asked, {len(outcome.wrong)} wrong", file=sys.stderr)
        print(*outcome.wrong, sep="\n", end="\n" if outcome.wrong else "", file=sys.stderr)
    made = {"date": datetime.now(UTC).date().isoformat(), "programs": rows}
    MATRIX.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
