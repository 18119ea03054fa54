"""``linkgazette measures``: what is recommended for accounts and groups."""

from pathlib import Path
from typing import Any

import click
import orjson

from blocklist.model import Measure

_JSON = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with counts and all measures.")
@click.pass_obj
def measures(workspace: Path, as_json: bool) -> None:
    """Print the recommended measure for each account and group, one JSON object a line.

    Only distinct links count whose page is on the list; the policy's ladder turns grade and repetition into a
    step. Accounts and groups are pseudonyms (see `linkgazette pseudonym`); nothing is applied by us.
    """
    from blocklist.listing.measures import listed_links, recommend
    from blocklist.store import open_workspace

    with open_workspace(workspace, create=False, write=False) as opened:
        listed = listed_links(opened.findings(), opened.entries.current(), opened.entries.aliases())
        charges = {link: (entry.category, entry.grade) for link, entry in listed.items()}
        found = recommend(opened.shares.with_links(), charges, opened.policy.ladder)
        policy = opened.policy.digest
    rows = [_row(one) for one in found]
    if as_json:
        counts = {"accounts": 0, "groups": 0}
        for one in found:
            counts["groups" if one.role is None else "accounts"] += 1
        click.echo(orjson.dumps({**counts, "policy": policy, "measures": rows}, option=_JSON))
        return
    for row in rows:
        click.echo(orjson.dumps(row, option=_JSON))
    if not rows:
        click.echo("no account or group has shared a listed link", err=True)


def _row(one: Measure) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "name": one.name,
        "role": one.role,
        "step": one.step,
        "grade": one.grade,
        "links": one.links,
        "categories": one.categories,
        "last_shared_at": one.last_shared_at,
    }
