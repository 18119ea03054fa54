"""What ``doctor`` asks of the desk: are appeals answered in time, and how do people come in."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from blocklist.commands.checks import Check, State

if TYPE_CHECKING:
    from blocklist.store import Workspace


def desk_checks(workspace: "Workspace", now: datetime) -> Iterator[Check]:
    """Look at the appeals, and at who works here."""
    waiting = workspace.appeals.waiting()
    late = [each for each in waiting if each.due_at < now]
    if late:
        days = workspace.config.serve.appeal_days
        said = f"{len(late)} of {len(waiting)} wait longer than the {days} days that are published; "
        yield Check(name="appeals", state=State.WARN, said=said + "answer appeal " + str(late[0].id))
    elif waiting:
        yield Check(name="appeals", state=State.OK, said=f"{len(waiting)} wait, none longer than published")
    serve = workspace.config.serve
    working = [each for each in workspace.staff.all() if each.ended_at is None]
    bare = [each.name for each in working if each.factor is None]
    if serve.staff_origin and bare and not serve.asks_second_factor:
        said = f"{len(bare)} of {len(working)} people log in by a secret alone, from anywhere; "
        yield Check(name="people", state=State.WARN, said=said + 'set [serve] second_factor = "exposed"')
    elif working:
        said = f"{len(working)} may log in, {len(working) - len(bare)} of them with a second factor"
        yield Check(name="people", state=State.OK, said=said)
