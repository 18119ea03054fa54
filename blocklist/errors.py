"""One tree of errors: each names the place and the cure, and carries its exit code.

::

    LinkgazetteError
    ├── InputError              exit 2: something given to us cannot be used
    │   ├── ConfigError         linkgazette.toml, an option, the environment
    │   ├── PolicyError         a policy file
    │   ├── UrlError            a string that is no URL we may follow
    │   ├── RowError            one row of a batch; reported and counted, the rest is kept
    │   ├── FormatError         a list file that does not parse
    │   ├── EvidenceError       an archived page that is gone or altered
    │   └── SchemaError         a database written by a newer version
    ├── RefusedError            exit 1: it ran and found a reason to stop
    │   ├── BrakeError          a release that changes too much
    │   └── VerificationError   a release that is not what its manifest says
    └── TroubleError            exit 3: disk, lock or network; a retry may cure it

Foreign errors become ours at the edge: ``raise TroubleError(...) from error``.
"""

from typing import ClassVar


class LinkgazetteError(Exception):
    """Root of the tree; the message is complete and fit to print as it is.

    Where people read it in their own language, ``message`` stands in the catalogue and ``named`` fills its
    ``%(places)s``: ``InputError("there is no appeal %(number)s", number=7)``.
    """

    exit_code: ClassVar[int] = 2

    def __init__(self, message: str = "", **named: object) -> None:
        super().__init__(message % named if named else message)
        self.message = message
        self.named = named


class InputError(LinkgazetteError):
    """Something given to us cannot be used."""

    exit_code: ClassVar[int] = 2


class ConfigError(InputError):
    """The configuration cannot be used; names file, line and cure."""


class PolicyError(InputError):
    """A policy file cannot be used; names file, line and cure."""


class UrlError(InputError):
    """A string is no URL that may be followed; never quotes userinfo or a secret."""


class RowError(InputError):
    """One row of a batch cannot be used; the rest of the batch is kept."""


class FormatError(InputError):
    """A list file does not parse; names file and line."""


class EvidenceError(InputError):
    """An archived page is gone, cut off or altered; the others are not in question."""


class SchemaError(InputError):
    """The database is of another version than this program can open."""


class RefusedError(LinkgazetteError):
    """The command ran and found a reason to stop."""

    exit_code: ClassVar[int] = 1


class BrakeError(RefusedError):
    """A release would change more than the brake allows."""


class VerificationError(RefusedError):
    """A release is not what its manifest says."""


class TroubleError(LinkgazetteError):
    """Disk, lock or network trouble that a retry may cure."""

    exit_code: ClassVar[int] = 3
