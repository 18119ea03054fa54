"""``prune``: erase evidence that was kept long enough, by its verdict's label; what the list cites stays."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import orjson

from blocklist.model import Label

_BATCH = 200  # records between two notes in the database


@click.command()
@click.option("--dry-run", is_flag=True, help="Erase nothing; only count.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def prune(workspace: Path, dry_run: bool, as_json: bool) -> None:
    """Erase evidence that was kept long enough, as [crawl] keep_…_days say.

    A page stays while an entry of the list rests on it, and while visits find it unchanged. Verdicts, digests
    and dates stay for good; a page that was erased cannot be judged again.
    """
    from blocklist.store import open_workspace
    from crawler.fetch.archive import FOLDER, erase

    now, records, captures, freed = datetime.now(UTC), 0, 0, 0
    with open_workspace(workspace, create=False, write=not dry_run) as opened:
        config, batch = opened.config.crawl, list[int]()
        keep = {
            Label.CLEAR: timedelta(days=config.keep_clear_days),
            Label.UNSURE: timedelta(days=config.keep_unsure_days),
            Label.CONTRABAND: timedelta(days=config.keep_contraband_days),
            Label.UNREACHABLE: timedelta(days=config.keep_clear_days),
        }
        for ids, capture in list(opened.evidence.worn_out(keep, now)):
            records, captures = records + 1, captures + len(ids)
            if not dry_run:
                # First the bytes, then the note: a run that is killed between erases them once more.
                erase(workspace, capture)
                batch += ids
                if len(batch) >= _BATCH:
                    opened.evidence.erased(batch, reason="kept long enough", now=now)
                    batch.clear()
        if not dry_run:
            opened.evidence.erased(batch, reason="kept long enough", now=now)
            for name in opened.evidence.empty_files():
                file = workspace / FOLDER / name
                freed += file.stat().st_size if file.exists() else 0
                file.unlink(missing_ok=True)
    if as_json:
        done = {"records": records, "captures": captures, "bytes_freed": freed, "dry_run": dry_run}
        click.echo(orjson.dumps(done, option=orjson.OPT_SORT_KEYS).decode())
        return
    verb = "would be erased" if dry_run else "erased"
    click.echo(f"{records} records of {captures} captures {verb}, {freed / 1e6:.1f} MB of whole files freed")
