"""The set-up lines of the "Use the list" page, by program."""

import html
import re
from pathlib import Path

from blocklist.public import site_pages
from tests.sample_site import sample_context

PAGE = dict(site_pages(sample_context(1)))["use/index.html"].decode()
RECIPES = {
    name: [
        html.unescape(block) for block in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", part, re.DOTALL)
    ]
    for name, part in re.findall(r"<h3[^>]*>(\S.*?) <span.*?</h3>(.*?)(?=<h[23][ >])", PAGE, re.DOTALL)
}
_FOLDERS = re.compile(r"/var/lib/(?:linkgazette|bind|unbound|knot-resolver)\b")


def lines_of(name: str, folder: Path) -> str:
    """Return the lines for the program ``name``, with their files in ``folder``."""
    return _FOLDERS.sub(str(folder), RECIPES[name][0])
