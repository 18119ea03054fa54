"""Where the site's templates, static files and catalogues are: in the wheel, or in the checkout beside it.

The wheel carries ``site/`` as package data (pyproject's force-include), which an editable install does not
see; a checkout finds the folder two floors up.
"""

from pathlib import Path

from blocklist.errors import TroubleError

_HERE = Path(__file__).resolve().parent


def site_folder() -> Path:
    """Return the folder of ``templates/``, ``static/`` and ``locale/``; TroubleError when it is gone."""
    for folder in (_HERE / "site", _HERE.parents[1] / "site"):
        if (folder / "templates").is_dir():
            return folder
    raise TroubleError("the site's templates are missing from this installation; install linkgazette again")
