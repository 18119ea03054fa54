"""The operator's hook for pages that may show abuse of children: told at once, until it took the report.

Nothing of such a page is stored (DESIGN.md section 9); where it is must reach the people whom the law names,
and that is a program of the operator's. It is started without a shell, gets one JSON object on standard input
(``{"event", "link", "url", "landing", "seen_at"}``) and says with exit code 0 that it took it. One that fails
is asked again at the next crawl.
"""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import orjson

from blocklist.errors import TroubleError
from blocklist.store import Workspace
from crawler.judge import SUPPRESSED

_PATIENCE_S = 60.0
EVENT = "suspected-abuse-of-children"


def tell_all(workspace: Workspace) -> int:
    """Tell the configured hook of every page it is owed; return of how many. None configured: 0.

    Raises TroubleError when it cannot be run or does not take a report; what it took is remembered.
    """
    hook = workspace.config.crawl.hotline_hook
    if not hook:
        return 0
    owed = workspace.hotline.owed(SUPPRESSED)
    for page in owed:
        # Whole: a name without a folder would be looked for on the PATH.
        _tell(workspace.path.absolute() / hook, {"event": EVENT, **page._asdict()})
        workspace.hotline.told(page.link, now=datetime.now(UTC))
    return len(owed)


def _tell(program: Path, report: dict[str, object]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the operator's own program, no shell, no arguments
            [program], input=orjson.dumps(report), stdout=subprocess.DEVNULL, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise TroubleError(f"[crawl] hotline_hook {program}: cannot be run ({problem}); mend it") from problem
    if done.returncode:
        said = f"took no report (exit code {done.returncode}); mend it, the next crawl tries again"
        raise TroubleError(f"[crawl] hotline_hook {program}: {said}")
