"""Whether a page makes pages of its URL's fragments by a script, as hash routers do. Pure.

Such a page shows something else for ``#/shop`` than for ``#/about``, though the server sends the same bytes:
links to it that differ in the fragment alone do not share a visit. Scripts of other files are not seen; who
routes by those mostly shows no text without a script, and that is told by the page's state.
"""

_SIGNS = (b"location.hash", b"hashchange", b"location['hash']", b'location["hash"]')


def routes_by_fragment(html: bytes) -> bool:
    """Tell whether a script in ``html`` looks at the fragment."""
    return any(sign in html for sign in _SIGNS)
