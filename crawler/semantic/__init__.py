"""The semantic extra: a small multilingual embedding that ships inside a package. It ranks, and never lists.

``embedding`` is the one room that knows the package, ``prototypes`` says in sentences what offers of a
category and their innocent twins are like, ``ranking`` orders the cases that wait for a moderator.
"""
