"""One URL, fetched and judged as a crawl would, leaving nothing behind: ``classify URL``.

The visit is a whole crawl of one link in a workspace that is thrown away: the same guard, robots.txt, limits,
hops and readers, because it is the same code, and not a second way in that could differ. The settings are the
caller's workspace's.
"""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from blocklist.model import Judgement, Share, Surface
from blocklist.urls import parse_url
from crawler.commands.crawling import run_worker


def judged_live(source: str, workspace: Path, policy_path: Path | None) -> Judgement:
    """Fetch and judge the URL ``source`` under the settings of ``workspace``, in which nothing is made.

    ``policy_path`` None: the workspace's own policy. What brought no page is judged unreachable, with the
    reason. Raises UrlError for what is no address, LinkgazetteError when the crawl could not be done.
    """
    from blocklist.store import open_workspace

    url = parse_url(source)
    with TemporaryDirectory(prefix="linkgazette-") as name:
        folder = Path(name)
        with open_workspace(folder, create=True) as opened:
            opened.shares.add([Share(url=url, surface=Surface.OTHER)], now=datetime.now(UTC))
        run_worker(folder, settings=workspace, policy=policy_path)
        with open_workspace(folder, create=False) as opened:
            link = opened.links.find(url)
            verdict = None if link is None else opened.verdicts.current(link.id)
    if verdict is None:  # the visit was interrupted
        raise KeyboardInterrupt
    return verdict.judgement
