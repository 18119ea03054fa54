"""The reliability campaign in a small size; its full one: ``python -m tests.campaign``."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.campaign import TRIED

pytestmark = pytest.mark.edge

CASES = {"others-killed": 3, "others-refused": 3}
"""Of the others one: each publishes, and a release is a thousand files."""


@pytest.mark.parametrize("name", TRIED)
def test_nothing_that_goes_wrong_breaks_anything(name):
    command = ["-m", "tests.campaign", "--only", name, "--cases", str(CASES.get(name, 1)), "--json"]
    ran = subprocess.run(
        [sys.executable, *command],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout, ran.stderr
    (row,) = json.loads(ran.stdout)
    assert (row["problems"], row["cases"] > 0) == ([], True)
