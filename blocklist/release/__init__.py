"""From a list to what others pull: files and manifest (``build``), a folder swapped in whole (``folder``).

``publish`` ties them to the store; ``verify`` reads a release back and doubts everything; ``context`` is what
the site's pages are made from. The pages themselves are left to ``public``, which is handed in.
"""

from blocklist.release.context import Counts, Pages, ReleaseContext, WrittenFile

__all__ = ["Counts", "Pages", "ReleaseContext", "WrittenFile"]
