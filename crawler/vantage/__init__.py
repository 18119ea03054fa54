"""Does a page show people what it hides from a declared crawler? Pure.

``signs`` notes on a page what may hide something, ``suspects`` weighs that and the circumstances, ``points``
says how each vantage asks, ``climb`` which comes next and when it is enough, ``compare`` holds two sights of
a page against each other, ``conclude`` says which of them is judged and what the difference means. Visits are
``crawler.fetch.ladder``'s.
"""

from crawler.vantage.climb import next_vantage
from crawler.vantage.compare import Seen, compare, fits
from crawler.vantage.conclude import Conclusion, conclude
from crawler.vantage.points import request_headers
from crawler.vantage.signs import signs_of
from crawler.vantage.suspects import Circumstances, Suspicion, suspects

__all__ = [
    "Circumstances",
    "Conclusion",
    "Seen",
    "Suspicion",
    "compare",
    "conclude",
    "fits",
    "next_vantage",
    "request_headers",
    "signs_of",
    "suspects",
]
