"""How sure a share is: the Wilson score interval, which holds for small numbers and for shares near 0 and 1.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
"""

import math

Z95 = 1.959964  # two-sided 95% of the normal distribution


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Return the 95% bounds of ``hits`` of ``n``; (0, 1), nothing known, when ``n`` is 0."""
    if not n:
        return 0.0, 1.0
    share = hits / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 / (1 + Z95**2 / n) * math.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)
