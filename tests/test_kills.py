"""Workers killed with -9 at random moments: nothing is lost, nothing is done twice (the small size)."""

from pathlib import Path

import pytest

from tests.kills import kill

pytestmark = pytest.mark.edge


def test_whatever_moment_a_worker_is_killed_at_nothing_is_lost_or_done_twice(tmp_path: Path) -> None:
    found = kill(tmp_path, links=120, kills=4, seed=3)
    assert found.well, found
