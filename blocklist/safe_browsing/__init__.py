"""What Safe Browsing clients speak, of versions 5, 4 and 2.2: messages from hashes, and back (pure).

``wire`` is Protocol Buffers' encoding, ``rice`` the compression, ``hashes`` a list as clients hold it;
``v5``, ``v4`` and ``v2`` write each version's answers. Which entries can be said without widening is left
to ``formats``, where a release's hashes come from to ``lookup``, HTTP to ``service``.
"""
