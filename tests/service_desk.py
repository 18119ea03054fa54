"""A service with cases, people and keys, asked in the same process: for the tests of its rooms."""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from blocklist.commands.publishing import publish_stage
from blocklist.model import Label, Post
from blocklist.service import secrets
from blocklist.service.app import build
from blocklist.service.doors import Side
from blocklist.service.house import House, open_house
from blocklist.store import Workspace, open_workspace
from blocklist.store.api_keys import ApiKey
from tests.list_makers import NOW
from tests.list_workspace import visit

SECRET = "correct-horse-battery"
PAGES = {
    "http://shop.example/": Label.CONTRABAND,
    "http://doubtful.example/offer": Label.UNSURE,
    "http://garden.example/": Label.CLEAR,
}


@dataclass
class Desk:
    """Both sides, the workspace behind them, and the time, which stands still until it is moved."""

    workspace: Workspace
    house: House
    now: datetime = NOW
    keys: dict[Post, str] = field(default_factory=dict)

    def client(self, side: Side) -> TestClient:
        app = build(self.house, side, clock=lambda: self.now)
        return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    @property
    def public(self) -> TestClient:
        return self.client(Side.PUBLIC)

    def key(self, post: Post = Post.REPORTER, *, daily: int = 10_000) -> dict[str, str]:
        """A new key of that post, as a header."""
        made = secrets.new_key()
        kept = ApiKey(
            id=made.id,
            digest=made.digest,
            name=post.value,
            post=post,
            daily=daily,
            made_at=self.now,
            ended_at=None,
        )
        self.workspace.api_keys.add(kept)
        return {"Authorization": f"Bearer {made.text}"}

    def person(self, name: str, post: Post) -> None:
        self.workspace.staff.add(name, post, secrets.hash_secret(SECRET), now=self.now)

    def as_person(self, name: str, post: Post) -> "Browser":
        """Somebody who has logged in."""
        if self.workspace.staff.find(name) is None:
            self.person(name, post)
        client = self.client(Side.STAFF)
        answer = client.post("/login", data={"name": name, "secret": SECRET})
        assert answer.status_code == 303, answer.text
        return Browser(client)

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Browser:
    """A client that sends back each page's form token, as a browser would."""

    client: TestClient

    def get(self, path: str):
        return self.client.get(path)

    def token(self) -> str:
        return re.search(r'name="form_token" value="([^"]+)"', self.client.get("/").text)[1]

    def post(self, path: str, **fields: str):
        return self.client.post(path, data={"form_token": self.token(), **fields})


@cache
def _kept() -> tempfile.TemporaryDirectory[str]:
    """A workspace whose pages were judged and published, made once and copied: publishing takes a second."""
    kept = tempfile.TemporaryDirectory()
    with open_workspace(Path(kept.name), create=True) as workspace:
        assert workspace.pseudonymiser
        visit(workspace, PAGES)
    publish_stage(Path(kept.name), out=Path(kept.name) / "public", now=NOW)
    return kept


@contextmanager
def quick_hashes() -> Iterator[None]:
    """Argon2 is slow on purpose; what is tested here is what follows from it."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_HASHER", quick)
        patch.setattr(secrets, "_NOBODY", quick.hash("nobody"))
        yield


@contextmanager
def open_desk(
    folder: Path, *, published: bool = True, config: str = "", kept: Path | None = None
) -> Iterator[Desk]:
    """Open a service over a workspace whose pages were judged, and published where asked.

    ``kept`` is another workspace to begin with, copied.
    """
    with quick_hashes():
        if published:
            shutil.copytree(kept or _kept().name, folder, symlinks=True)
        else:
            folder.mkdir(parents=True)
        if config:
            (folder / "linkgazette.toml").write_text(config, encoding="utf-8")
        with open_workspace(folder, create=True) as workspace:
            if not published:
                visit(workspace, PAGES)
            yield Desk(workspace, open_house(workspace, folder / "public"), now=NOW + timedelta(hours=1))
