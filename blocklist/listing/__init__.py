"""What is listed, at which scope, for how long, and who waits for a moderator: DESIGN.md section 5, pure.

``build_listing`` turns findings and the list before into the list of now; ``check_brake`` looks at the result
before anybody sees it; ``load_guards`` reads what is known of shared hosts. Measures for accounts and groups
are in ``measures``. Writing the list down is left to ``formats`` and ``release``.
"""

from blocklist.listing.brake import check_brake, check_override
from blocklist.listing.build import build_listing
from blocklist.listing.guard_files import load_guards
from blocklist.listing.guards import Guards

__all__ = ["Guards", "build_listing", "check_brake", "check_override", "load_guards"]
