"""Signed messages to the platform, as Standard Webhooks 1.0.0 has them (standardwebhooks.com).

``secret`` is the shared secret in its file, ``signing`` the headers, ``waiting`` how long until the next try,
``posting`` the one request. What is sent, and what became of it, is left to ``casework.delivering`` and the
store.
"""
