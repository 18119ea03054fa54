"""From a list to what others pull: files and manifest (``build``), a folder swapped in whole (``folder``).

``publish`` ties them to the store; ``verify`` reads a release back and doubts everything; ``context`` is what
the site's pages are made from. The pages themselves are left to ``public``, which is handed in.
"""

from blocklist.release.context import Counts, ReleaseContext, WrittenFile
from blocklist.release.sheets import Pages

__all__ = ["Counts", "Pages", "ReleaseContext", "WrittenFile"]
