"""The workspace: one folder with its settings, its database, its key, and a room for each thing kept."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from blocklist.config import Config, load_config
from blocklist.errors import InputError, TroubleError
from blocklist.model import Finding
from blocklist.policy import Policy, load_policy
from blocklist.privacy import Pseudonymiser
from blocklist.privacy.pseudonyms import Key
from blocklist.privacy.sealing import Sealer
from blocklist.store.announcements import Announcements
from blocklist.store.api_keys import ApiKeys
from blocklist.store.appeals import Appeals
from blocklist.store.applied import AppliedMeasures
from blocklist.store.audit import Audit
from blocklist.store.batches import Batches
from blocklist.store.blind import BlindReviews
from blocklist.store.captures import Captures
from blocklist.store.cases import Cases
from blocklist.store.claims import Claims
from blocklist.store.database import Database
from blocklist.store.decisions import Decisions
from blocklist.store.entries import Entries
from blocklist.store.evidence import Evidence
from blocklist.store.exported import MeasureExports
from blocklist.store.facts import Facts
from blocklist.store.findings import findings
from blocklist.store.history import History
from blocklist.store.hotline import Hotline
from blocklist.store.key import KEY_FILES, keys_of, living
from blocklist.store.links import Links
from blocklist.store.outbox import Outbox
from blocklist.store.people import People
from blocklist.store.releases import Releases
from blocklist.store.review_queue import ReviewQueue
from blocklist.store.shares import Shares
from blocklist.store.staff import Staff
from blocklist.store.successions import Successions
from blocklist.store.traits import TraitsOfPages
from blocklist.store.unnamed import unname
from blocklist.store.verdicts import Verdicts

if TYPE_CHECKING:
    import sqlite_utils

DATABASE_NAME = "linkgazette.db"
_KEPT_BESIDE = (KEY_FILES, "captures")


class Workspace:
    """An open workspace; use it in a ``with``."""

    def __init__(self, path: Path, config: Config, database: Database) -> None:
        self.path = path
        self.config = config
        self.database = database
        self.shares = Shares(database)
        self.people = People(database)
        self.successions = Successions(database)
        self.unnamed = unname(database, lambda: self.pseudonymiser)
        self.links = Links(database, lease_s=config.crawl.lease_s, unnamed=self.unnamed)
        self.captures = Captures(database)
        self.evidence = Evidence(database)
        self.hotline = Hotline(database)
        self.verdicts = Verdicts(database)
        self.decisions = Decisions(database)
        self.entries = Entries(database)
        self.releases = Releases(database)
        self.history = History(database)
        self.review_queue = ReviewQueue(database)
        self.announcements = Announcements(database)
        self.applied = AppliedMeasures(database)
        self.exported = MeasureExports(database)
        self.outbox = Outbox(database)
        self.facts = Facts(database)
        self.cases = Cases(database)
        self.claims = Claims(database)
        self.appeal_claims = Claims(database, table="appeal_claims", column="appeal")
        self.batches = Batches(database)
        self.traits = TraitsOfPages(database)
        self.appeals = Appeals(database)
        self.staff = Staff(database)
        self.api_keys = ApiKeys(database)
        self.audit = Audit(database)
        self.blind = BlindReviews(database)
        self._keys: tuple[tuple[tuple[int, str], ...], tuple[Key, ...]] = ((), ())

    @property
    def db(self) -> "sqlite_utils.Database":
        """The database as sqlite-utils sees it, for looking about."""
        return self.database.tables

    @cached_property
    def policy(self) -> Policy:
        """The policy that the configuration names, loaded on first use; raises PolicyError."""
        return load_policy(self.config.policy.path)

    @property
    def pseudonymiser(self) -> Pseudonymiser:
        """Makes this workspace's pseudonyms; its key is made on the first use that may write.

        Ask anew for each piece of work: the key may be replaced while a service runs. Raises InputError when
        a key is missing or is not the one that the stored shares were made with.
        """
        present, *earlier = self._held_keys()
        return Pseudonymiser(present.secret, generation=present.generation, earlier=earlier)

    @property
    def sealer(self) -> Sealer:
        """Seals contact data under this workspace's key; raises as ``pseudonymiser``."""
        present, *earlier = self._held_keys()
        return Sealer(present.secret, earlier=[each.secret for each in earlier])

    def _held_keys(self) -> tuple[Key, ...]:
        """Return the keys, newest first, read again only when the database knows of others."""
        known = living(self.database)
        if not known or known != self._keys[0]:
            keys = keys_of(self.database, self.path)
            self._keys = (living(self.database), keys)
        return self._keys[1]

    def findings(self) -> Iterator[Finding]:
        """Stream what listing needs to know, in the order of the links' ids."""
        return findings(self.database)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workspace(path: Path, *, create: bool, write: bool = True) -> Workspace:
    """Open the workspace in the folder ``path``; with ``create`` what is missing is made.

    Without ``write`` it is opened to look only, which needs no right to write. Raises ConfigError, InputError
    when there is no database and none shall be made or it was emptied, SchemaError for a newer one,
    TroubleError for disk and lock trouble.
    """
    config = load_config(path)
    file = path / DATABASE_NAME
    if create:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as problem:
            raise InputError(f"{path}: is a file, not a folder; choose another --workspace") from problem
        except OSError as problem:
            raise TroubleError(
                f"{path}: cannot be made ({problem.strerror}); choose another --workspace"
            ) from problem
    elif not file.exists():
        raise InputError(
            f"{path}: holds no {DATABASE_NAME}; run `linkgazette intake FILE` first, "
            "or name the folder with --workspace"
        )
    if (
        file.exists()
        and not file.stat().st_size
        and any(next(path.glob(name), None) for name in _KEPT_BESIDE)
    ):
        raise InputError(
            f"{file}: is empty, though other files of the workspace are here; restore it from your backup, "
            "or delete it to begin anew"
        )
    return Workspace(path, config, Database(file, write=write))
