"""What was ever listed, verified again, removed or released: an append-only log that strangers can check.

``events`` says what is logged and what of it is public for good; ``merkle`` is the tree, ``tiles`` its static
files, ``note`` the signed checkpoint; ``log`` puts a release's ``history/`` together and ``audit`` takes one
apart. The rows are kept by ``store``; when something is logged is left to ``release``.
"""

from blocklist.history.audit import audit
from blocklist.history.events import Event, events_of
from blocklist.history.log import Log

__all__ = ["Event", "Log", "audit", "events_of"]
