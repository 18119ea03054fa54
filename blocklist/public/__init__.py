"""What the public reads: a release -> HTML pages, feed and headers file.

The only room that knows the templates in ``site/``. Everything is a function of a ``ReleaseContext``: no
store, no clock, so that the same release gives the same bytes. Each page is planned (a path, a template and
what decides its view) before it is rendered, so that a build can tell unchanged pages by their plan alone;
for the same reason only the home and statistics pages mention the release they belong to.
"""

from blocklist.public.pages import site_pages, site_sheets

__all__ = ["site_pages", "site_sheets"]
