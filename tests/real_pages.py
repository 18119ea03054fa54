"""The main job on real pages: serves labelled HTML rows on loopback, shares them in, runs, and reports.

Stands apart from the test run, since the rows belong to others and are never committed::

    python tests/real_pages.py ../shared/corpus/dev.jsonl.zst [--limit N] [--keep DIR]

Each row is served under a host of its own (``row-<n>.test``), shared in as a platform would, crawled with
``[crawl] resolve``, judged, listed and published by ``linkgazette run`` in a process of its own. Prints pages
fetched and failed by kind, verdicts by label and by true label, every wrong listing by row id, bytes kept a
URL, wall time, CPU time a page and peak memory. The same for one page is run first: what that costs (imports,
words, an almost empty publication) is the fixed part, and is no cost of a page.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from crawler.commands.corpus import corpus_lines
from crawler.pretend import PretendWeb

CONFIG = """\
[crawl]
resolve = "{address}"
delay = 0.0
concurrency = 16
"""


def html_rows(corpus: Path) -> Iterator[dict]:
    """Rows of ``corpus`` that carry the page as it was."""
    with corpus_lines(corpus) as lines:
        for line in lines:
            if b'"html"' in line and (row := json.loads(line)).get("html"):
                yield row


def main() -> None:
    """Run the main job over the corpus and print what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, nargs="?", default=Path("../shared/corpus/dev.jsonl.zst"))
    parser.add_argument("--limit", type=int, default=None, help="rows, for a quick look")
    parser.add_argument(
        "--keep", type=Path, default=None, help="workspace to keep (default: a temporary one)"
    )
    options = parser.parse_args()
    if not options.corpus.exists():
        print(f"{options.corpus}: not here (the rows are not part of the project); nothing to measure")
        return
    with tempfile.TemporaryDirectory() as scratch:
        measure(options.corpus, options.keep or Path(scratch), options.limit)


def measure(corpus: Path, workspace: Path, limit: int | None) -> None:
    """Serve, share, run, report."""
    rows = {}
    for row in html_rows(corpus):
        rows[f"row-{len(rows)}.test"] = row
        if limit and len(rows) >= limit:
            break
    with tempfile.TemporaryDirectory() as compiled:  # where else compiled modules may not be written
        with tempfile.TemporaryDirectory() as scratch:
            run(Path(scratch), dict(list(rows.items())[:1]), compiled)
        fixed = used()
        with tempfile.TemporaryDirectory() as scratch:
            run(Path(scratch), dict(list(rows.items())[:1]), compiled)
        fixed = used() - fixed
        before, started = used(), time.monotonic()
        told = run(workspace, rows, compiled)
        wall, cpu = time.monotonic() - started, used() - before
    print(told)
    report(workspace, rows)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    kept = {
        name: sum(file.stat().st_size for file in workspace.glob(pattern)) / len(rows) / 1000
        for name, pattern in (("evidence", "captures/*"), ("database", "linkgazette.db*"))
    }
    print(
        f"{sum(kept.values()):.1f} kB a URL: "
        + ", ".join(f"{size:.1f} {name}" for name, size in kept.items())
    )
    each = (cpu - fixed) * 1000 / max(1, len(rows) - 1)
    print(f"wall {wall:.1f} s; CPU {each:.1f} ms a page and {fixed:.2f} s for one alone; peak {peak:.0f} MB")


def used() -> float:
    """Return the CPU seconds of the programs that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def run(workspace: Path, rows: dict[str, dict], compiled: str) -> str:
    """Serve ``rows`` by host, share them in and do the main job; returns what it said."""
    workspace.mkdir(parents=True, exist_ok=True)
    shares = workspace / "shares.jsonl"
    with shares.open("w", encoding="utf-8") as out:
        for number, host in enumerate(rows):
            share = {
                "url": f"http://{host}/",
                "surface": ("group", "timeline", "direct")[number % 3],
                "account": f"account-{number % 97}",
                "group": f"group-{number % 13}",
                "shared_at": "2026-11-01T00:00:00Z",
            }
            out.write(json.dumps(share) + "\n")
    pages = {host: row["html"].encode() for host, row in rows.items()}
    environment = {name: said for name, said in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with PretendWeb(sites=(), saved=pages) as web:
        (workspace / "linkgazette.toml").write_text(CONFIG.format(address=web.address), encoding="utf-8")
        program = Path(sys.executable).parent / "linkgazette"
        ran = subprocess.run(
            [program, "--workspace", workspace, "run", shares, "--json", "--out", workspace / "public"],
            stdout=subprocess.PIPE,
            check=False,
            env=environment | {"PYTHONPYCACHEPREFIX": compiled},
        )
    if ran.returncode:
        sys.exit(f"run exited {ran.returncode}")
    return ran.stdout.decode()


def report(workspace: Path, rows: dict[str, dict]) -> None:
    """Print verdicts against the true labels, and every wrong listing by name."""
    listed = {}
    for line in (workspace / "public/list/entries.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        listed[entry["host"]] = entry
    from blocklist.store.workspace import open_workspace  # noqa: PLC0415 - not needed when the corpus is absent

    with open_workspace(workspace, create=False) as ws:
        verdicts = {finding.link.host: finding.verdict.judgement for finding in ws.findings()}
    crossed = Counter(
        (row["label"], verdicts[host].label.value if host in verdicts else "none")
        for host, row in rows.items()
    )
    for (truth, label), number in sorted(crossed.items()):
        print(f"true {truth:<10} -> {label:<12} {number:5}")
    right = sum(rows[host]["label"] == "contraband" for host in listed)
    print(f"listed {len(listed)}: {right} offers, {len(listed) - right} wrong")
    for host, entry in listed.items():
        row = rows[host]
        if row["label"] != "contraband":
            rules = ", ".join(item["rule"] for item in entry["evidence"])
            print(
                f"  WRONG {row['id']} ({row['lang']}, {row.get('hn_kind')}) as {entry['category']}: {rules}"
            )


if __name__ == "__main__":
    main()
