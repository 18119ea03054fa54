"""What is kept: one SQLite file a workspace, one room a thing kept, and the only SQL of the house.

``schema`` makes and migrates the tables, ``database`` opens them and turns SQLite's troubles into ours,
``codec`` turns the words of ``model`` into columns and back, ``workspace`` opens the whole. What is listed,
when a link is due and what a page says is decided elsewhere; here it is only remembered.
"""

from blocklist.store.shares import ShareCounts
from blocklist.store.turns import Claim, Rest
from blocklist.store.visits import Visit
from blocklist.store.workspace import Workspace, open_workspace

__all__ = ["Claim", "Rest", "ShareCounts", "Visit", "Workspace", "open_workspace"]
