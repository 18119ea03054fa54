"""The service: reports in, review, appeals, lookup and metrics over HTTP, beside the published site.

Two sides that never share an origin: the public one (``reports``, ``appeals``, the site) and the moderators'
(``review``). Every way in is a ``Door`` that says whom it opens to; ``app`` builds both sides from the doors,
``run`` serves them. Rules are ``casework``'s and ``intake``'s; nothing is decided here.
"""
