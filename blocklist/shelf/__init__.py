"""Where the files of evidence are: a folder, or an object store that several machines reach.

What the files hold is the crawl's business (``crawler.fetch.archive``). ``folder`` and ``objects`` are the
two kinds of shelf; which one a workspace has, ``[crawl] evidence`` says. An object store is named by a URL
(``s3://bucket/captures``) and needs ``linkgazette[objects]``.
"""

from blocklist.shelf.folder import Folder
from blocklist.shelf.objects import Objects
from blocklist.shelf.which import MARK, Shelf, mark_of, open_shelf, shelf_of

__all__ = ["MARK", "Folder", "Objects", "Shelf", "mark_of", "open_shelf", "shelf_of"]
