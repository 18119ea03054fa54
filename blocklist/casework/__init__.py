"""Cases as moderators and claimants work on them: one rule book for terminal and service.

``queue`` says what waits and in which order, ``case`` gathers what is known, ``decide`` takes a moderator's
word and knows when a second person is needed, ``appeal`` takes a claimant's. All of it is over an open
workspace; pages and prompts are left to ``commands`` and ``service``.
"""
