"""A consumer's own copy of a list that somebody else publishes, and one question to such a list.

``source`` reads a published list from a folder or a web server, never more than was announced; ``trust``
decides whether a manifest may be taken (signature, freshness, no roll-back); ``held`` knows the copy and
swaps the next one in; ``wire`` fetches what is not held; ``pull`` does the whole; ``ask`` asks one shard.
How a release is made is left to ``release``.
"""

from blocklist.mirror.ask import ask
from blocklist.mirror.pull import Pulled, pull
from blocklist.mirror.source import open_source

__all__ = ["Pulled", "ask", "open_source", "pull"]
