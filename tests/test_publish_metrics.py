"""``publish --metrics``: the latest release as Prometheus reads it, and whether the brake holds the next."""

from pathlib import Path

import pytest

from blocklist.commands.publish_metrics import publishing
from blocklist.errors import BrakeError, TroubleError
from blocklist.store import open_workspace
from tests.test_crawl_metrics import values

pytestmark = pytest.mark.edge


def test_the_brake_is_told_and_let_go(tmp_path: Path) -> None:
    file = tmp_path / "publish.prom"
    with open_workspace(tmp_path, create=True):
        pass
    with pytest.raises(BrakeError), publishing(tmp_path, file):
        raise BrakeError("too much at once")
    assert values(file.read_text())["publish_held"] == 1
    with publishing(tmp_path, file):
        pass
    found = values(file.read_text())
    assert (found["publish_held"], found["release_serial"], found["release_entries"]) == (0, 0, 0)
    with pytest.raises(TroubleError, match="cannot be written"), publishing(tmp_path, tmp_path / "no" / "p"):
        pass
