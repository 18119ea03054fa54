"""Stored captures judged again: bit for bit the same by the same policy, kept append-only by another."""

import shutil
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from click import Abort
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from blocklist.model import Judgement, Label, Page, Verdict
from blocklist.policy import Policy
from blocklist.store import open_workspace
from blocklist.store.verdicts import alike
from crawler.commands.reclassify import reclassify
from crawler.judge import SUPPRESSED
from crawler.readers import reading
from crawler.replay import judged_again, task_of
from tests.stored_pages import NEWS, OFFER, TEA, crawled

pytestmark = pytest.mark.edge

PAGES: dict[str, str | bytes] = {
    "http://shop.example/": OFFER,
    "http://news.example/": NEWS,
    "http://tea.example/": TEA,
    "http://odd.example/": b"\xff\xfe\x00 <title>\xe9t\xe9</title><p>Caf\xe9 cr\xe8me, tous les jours",
    "http://empty.example/": b"",
    "http://gb.example/": "<meta charset=gbk><title>出售</title><p>办证刻章,联系微信</p>".encode("gbk"),
}


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crawled(tmp_path_factory.mktemp("fresh") / "ws", PAGES)


@pytest.fixture
def workspace(fresh: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(fresh, tmp_path / "ws"))


def run(workspace: Path, *arguments: str) -> str:
    result = CliRunner().invoke(
        reclassify, arguments, obj=workspace, catch_exceptions=False, standalone_mode=False
    )
    assert isinstance(result.output, str)
    return result.output


def told(workspace: Path, *arguments: str) -> dict[str, object]:
    found: dict[str, object] = orjson.loads(run(workspace, *arguments, "--json"))
    return found


def stricter(workspace: Path) -> None:
    """Give the workspace a policy that lists no drugs by itself."""
    shutil.copytree(workspace / "policy", workspace / "mine")
    path = workspace / "mine" / "controlled-drugs.toml"
    text = path.read_text(encoding="utf-8")
    lines = ["publish = 1.0" if line.startswith("publish =") else line for line in text.splitlines()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (workspace / "linkgazette.toml").write_text('[policy]\npath = "mine"\n')


def verdicts(workspace: Path) -> dict[str, list[Verdict]]:
    with open_workspace(workspace, create=False) as opened:
        links = [opened.links.get(number + 1) for number in range(opened.links.count())]
        return {link.url: list(opened.verdicts.of(link.id)) for link in links}


def test_by_the_same_policy_a_stored_page_gets_bit_for_bit_the_same_verdict(workspace: Path) -> None:
    with open_workspace(workspace, create=False) as opened:
        for one in judged_again(opened, [opened.policy]):
            judgement = one.readings[0].judgement
            assert judgement == one.verdict.judgement
            assert one.readings[0].title == one.verdict.title
    assert told(workspace, "--all") == {
        "judged": 6, "stored": 0, "overtaken": 0, "broken": 0, "suppressed": 0,
        "lost": [], "turns": [], "changed": [],
    }  # fmt: skip
    assert told(workspace)["judged"] == 0


def test_another_policy_gives_new_verdicts_beside_the_old(workspace: Path) -> None:
    stricter(workspace)
    done = told(workspace)
    assert (done["judged"], done["stored"]) == (6, 6)
    assert done["changed"] == [1]
    before, after = verdicts(workspace)["http://shop.example/"]
    assert before.judgement.publishable
    assert not after.judgement.publishable
    assert after.captures == before.captures
    assert before.judgement.policy != after.judgement.policy
    assert told(workspace)["judged"] == 0, "a second run has nothing to do"


def test_what_finds_similar_cases_is_kept_by_the_crawl_and_drawn_anew(workspace: Path) -> None:
    """Of the offer, which is not clear, and of no innocent page; a workspace of before has none of it."""
    with open_workspace(workspace, create=False) as opened:
        kept = {link: opened.traits.get(link) for link in range(1, len(PAGES) + 1)}
        offer = next(link for link in kept if opened.links.get(link).url == "http://shop.example/")
        tea = next(link for link in kept if opened.links.get(link).url == "http://tea.example/")
        assert kept[offer] is not None
        assert kept[offer].lang == "en"
        assert kept[tea] is None
        opened.traits.keep(offer, None)
    run(workspace, "--all", "--dry-run")
    with open_workspace(workspace, create=False) as opened:
        assert opened.traits.get(offer) is None
    run(workspace, "--all")
    with open_workspace(workspace, create=False) as opened:
        assert {link: opened.traits.get(link) for link in kept} == kept


def test_a_dry_run_stores_nothing_and_says_what_would_change(workspace: Path) -> None:
    stricter(workspace)
    said = run(workspace, "--dry-run")
    assert "nothing stored (dry run), 1 links stand differently" in said
    assert "contraband controlled-drugs grade" in said
    assert all(len(each) == 1 for each in verdicts(workspace).values())


def test_a_run_that_was_stopped_goes_on_where_it_was(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stricter(workspace)
    monkeypatch.setattr("crawler.commands.rejudging._BATCH", 2)
    with open_workspace(workspace, create=False) as opened:
        held = opened.verdicts.succeed

    def interrupted(self: object, made: object) -> int:
        if interrupted.__dict__.setdefault("calls", 0) == 1:
            raise KeyboardInterrupt
        interrupted.__dict__["calls"] += 1
        return held.__func__(self, made)  # type: ignore[attr-defined, no-any-return] # a bound method

    monkeypatch.setattr("blocklist.store.verdicts.Verdicts.succeed", interrupted)
    with pytest.raises(Abort):
        run(workspace)
    monkeypatch.undo()
    assert sum(len(each) for each in verdicts(workspace).values()) == 8
    assert told(workspace)["stored"] == 4


def test_what_a_crawl_judged_meanwhile_is_not_overruled(workspace: Path) -> None:
    with open_workspace(workspace, create=False) as opened:
        ((old, _), *_) = opened.verdicts.kept(limit=1)
        assert old.id is not None
        assert opened.verdicts.succeed([(old.id, old)]) == 1
        assert opened.verdicts.succeed([(old.id, old)]) == 0


def test_evidence_that_is_gone_is_named_and_the_rest_is_judged(workspace: Path) -> None:
    stricter(workspace)
    crawled(workspace, {"http://late.example/": TEA}, run="second")
    (workspace / "captures" / "run.warc.gz").unlink()
    done = told(workspace, "--all")
    assert done["judged"] == 1
    assert isinstance(done["lost"], list)
    assert len(done["lost"]) == 6


def test_evidence_that_is_gone_altogether_is_a_problem(workspace: Path) -> None:
    for file in (workspace / "captures").iterdir():
        file.unlink()
    result = CliRunner().invoke(reclassify, ["--all"], obj=workspace)
    assert result.exit_code == 1, result.output


def test_a_page_that_must_not_be_kept_loses_its_evidence(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = reading.judge

    def judge(page: Page, policy: Policy) -> Judgement:
        made = honest(page, policy)
        if page.title == "Night Garden":
            return replace(made, label=Label.UNSURE, category=None, reason=SUPPRESSED, evidence=())
        return made

    monkeypatch.setattr(reading, "judge", judge)
    done = told(workspace, "--all")
    assert (done["suppressed"], done["stored"]) == (1, 1)
    archive = workspace / "captures" / "run.warc.gz"
    with archive.open("rb") as file:
        kinds = [(record.rec_type, record.raw_stream.read()) for record in ArchiveIterator(file)]
    assert [kind for kind, _ in kinds].count("response") == 5
    assert not any(b"Night Garden" in body for _, body in kinds)
    with open_workspace(workspace, create=False) as opened:
        assert opened.db["links"].get(1)["due_at"] is None
        verdict = opened.verdicts.current(1)
        assert verdict is not None
        assert verdict.title == ""
    assert told(workspace, "--all")["judged"] == 5


def test_a_task_made_of_a_capture_is_what_the_crawl_gave_its_readers(workspace: Path) -> None:
    with open_workspace(workspace, create=False) as opened:
        ((verdict, capture), *_) = opened.verdicts.kept(limit=1)
    task = task_of(capture, b"page")
    assert (task.content_type, task.landing) == ("text/html; charset=utf-8", "http://shop.example/")
    assert alike(verdict, verdict)
