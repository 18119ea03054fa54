"""One line of ``doctor``: what was looked at, whether it is well, how to mend it.

What is looked at: ``checks_setup`` (machine, settings, policy), ``checks_kept`` (the workspace),
``checks_desk`` (the service's). They change nothing; a check that cannot be made is a failed one and
says why.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from blocklist.errors import LinkgazetteError


class State(StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line."""

    name: str
    state: State
    said: str
    """What is so, and where something is to be mended: how."""


def check(name: str, state: State, said: str) -> Check:
    """Make the line."""
    return Check(name=name, state=state, said=said)


def tried(name: str, look: Callable[[], str]) -> Check:
    """Make the line of what ``look`` says, or of the error of ours that it raises."""
    try:
        return check(name, State.OK, look())
    except LinkgazetteError as problem:
        return check(name, State.FAIL, str(problem))
