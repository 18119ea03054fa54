"""A web that is not there: shops, their innocent twins and traps, served on loopback.

It serves the demo and the tests. Every page is our own and fictional, every host lies under a reserved name
(RFC 2606: ``.example``, ``.test``). ``sites`` is the table with the truth about each page, ``server`` serves
it, ``shares`` tells what a platform would have reported. Nothing here knows the crawler or the policy: the
pages were written from the categories' definitions alone, so that the judge is tried by somebody who has not
read its terms.
"""

from crawler.pretend.server import PretendWeb

__all__ = ["PretendWeb"]
