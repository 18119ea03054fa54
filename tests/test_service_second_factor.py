"""A second factor, one's own secret, one's sessions: what opens, what does not, and what ends."""

import re
from datetime import UTC, datetime

import pyotp
import pytest
from click.testing import CliRunner

from blocklist.casework.own import factor_of
from blocklist.cli import root
from blocklist.model import Post
from blocklist.service.doors import Side
from blocklist.service.second_factor import matching_step
from blocklist.store.rotation import destroy, rotate
from tests.service_desk import SECRET, Browser, open_desk

pytestmark = pytest.mark.edge

OTHER = "another-horse-battery"


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def shown(page, name):
    return re.search(rf'id="{name}">([^<]+)<', page.text)[1].split()


def code(desk, factor, steps=0):
    return pyotp.TOTP(factor).at(desk.now, counter_offset=steps)


def set_up(desk, browser):
    """Set a second factor up; return it, and the recovery codes."""
    offered = browser.post("/own/factor", do="begin", secret=SECRET)
    (factor,) = shown(offered, "factor")
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', offered.text)[1]
    made = browser.post("/own/factor", do="confirm", sealed=sealed, code=code(desk, factor))
    assert made.status_code == 200, made.text
    return factor, shown(made, "codes")


def log_in(desk, name, **fields):
    return desk.client(Side.STAFF).post("/login", data={"name": name, "secret": SECRET, **fields})


def test_the_code_is_asked_for_and_taken_once(desk):
    factor, _ = set_up(desk, desk.as_person("mei", Post.SENIOR))
    assert log_in(desk, "mei").status_code == 401
    assert log_in(desk, "mei", code="000000").status_code == 401
    assert log_in(desk, "mei", code=code(desk, factor)).status_code == 401, "it was used to set up"
    desk.later(minutes=1)
    now = code(desk, factor)
    assert log_in(desk, "mei", code=f"{now[:3]} {now[3:]}").status_code == 303
    assert log_in(desk, "mei", code=now).status_code == 401, "nobody who looked on may use it again"
    assert log_in(desk, "mei", code=code(desk, factor, -1)).status_code == 401, "nor one before it"


def test_a_recovery_code_opens_once_and_is_on_record(desk):
    _, codes = set_up(desk, desk.as_person("mei", Post.SENIOR))
    assert len(set(codes)) == 10
    assert log_in(desk, "mei", code=codes[0].upper()).status_code == 303
    assert log_in(desk, "mei", code=codes[0]).status_code == 401
    assert "recovery-code" in {line.action for line in desk.workspace.audit.lines()}
    held = (desk.workspace.path / "linkgazette.db").read_bytes()
    assert not any(each.encode() in held for each in codes)


def test_a_factor_is_sealed_in_the_database_and_outlives_the_key_it_was_sealed_with(desk):
    factor, _ = set_up(desk, desk.as_person("mei", Post.SENIOR))
    workspace = desk.workspace
    for file in workspace.path.glob("linkgazette.db*"):
        assert factor.encode() not in file.read_bytes()
    rotate(workspace, by="t", now=desk.now)
    destroy(workspace, 1, by="t", now=desk.now)
    assert factor_of(workspace, workspace.staff.find("mei")) == factor


def test_a_sealed_factor_is_its_owners_alone(desk):
    mei, sam = (desk.as_person(name, Post.MODERATOR) for name in ("mei", "sam"))
    offered = mei.post("/own/factor", do="begin", secret=SECRET)
    (factor,) = shown(offered, "factor")
    sealed = re.search(r'name="sealed" value="([0-9a-f]+)"', offered.text)[1]
    for wrong in (sealed, "zz", "00" * 40, ""):
        answer = sam.post("/own/factor", do="confirm", sealed=wrong, code=code(desk, factor))
        assert answer.status_code == 422
        assert "begin again" in answer.text
    assert mei.post("/own/factor", do="confirm", sealed=sealed, code="123456").status_code == 422
    assert desk.workspace.staff.find("mei").factor is None


def test_whoever_must_have_one_gets_no_further_without(tmp_path):
    with open_desk(tmp_path / "ws", config='[serve]\nsecond_factor = "always"\n') as desk:
        browser = Browser(desk.client(Side.STAFF))
        desk.person("mei", Post.SENIOR)
        browser.client.post("/login", data={"name": "mei", "secret": SECRET})
        for path in ("/", "/appeals", "/cases/1", "/figures"):
            refused = browser.get(path)
            assert (refused.status_code, refused.headers["location"]) == (303, "/own"), path
        browser.token = lambda: re.search(r'name="form_token" value="([^"]+)"', browser.get("/own").text)[1]
        set_up(desk, browser)
        assert browser.get("/").status_code == 200
        assert browser.post("/own/factor", do="drop", secret=SECRET).status_code == 409


def test_codes_are_not_tried_for_ever_and_nobody_is_kept_out_by_strangers(tmp_path):
    with open_desk(tmp_path / "ws", config="[serve]\nlogin_per_hour = 6\n") as desk:
        factor, _ = set_up(desk, desk.as_person("mei", Post.SENIOR))
        for _ in range(4):
            desk.client(Side.STAFF).post("/login", data={"name": "mei", "secret": "wrong", "code": "1"})
            desk.house.logins._buckets.clear()  # another address
        desk.later(minutes=1)
        assert log_in(desk, "mei", code=code(desk, factor)).status_code == 303
        tried = [log_in(desk, "mei", code="000000").status_code for _ in range(6)]
        assert tried[-1] == 429


def test_a_secret_is_changed_by_who_knows_the_present_one_and_other_sessions_end(desk):
    here, elsewhere = desk.as_person("mei", Post.MODERATOR), desk.as_person("mei", Post.MODERATOR)
    wrong = {
        "that is not your present secret": {"secret": "x", "new": OTHER, "again": OTHER},
        "not written twice alike": {"secret": SECRET, "new": OTHER, "again": OTHER + "x"},
        "choose another": {"secret": SECRET, "new": SECRET, "again": SECRET},
        "from 12 to 256 characters": {"secret": SECRET, "new": "short", "again": "short"},
        "soon guessed": {"secret": SECRET, "new": "a" * 20, "again": "a" * 20},
    }
    for said, fields in wrong.items():
        answer = here.post("/own/secret", **fields)
        assert answer.status_code in {409, 422}
        assert said in answer.text
    assert here.post("/own/secret", secret=SECRET, new=OTHER, again=OTHER).status_code == 303
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").headers["location"] == "/login"
    assert log_in(desk, "mei").status_code == 401
    assert log_in(desk, "mei", secret=OTHER).status_code == 303


def test_sessions_are_listed_and_ended_each_by_its_owner_alone(desk):
    here, elsewhere = desk.as_person("mei", Post.MODERATOR), desk.as_person("mei", Post.MODERATOR)
    sam = desk.as_person("sam", Post.MODERATOR)
    (mark,) = re.findall(r'name="session" value="([0-9a-f]+)"', here.get("/own").text)
    sam.post("/own/sessions", session=mark)
    assert elsewhere.get("/").status_code == 200
    assert here.post("/own/sessions", session=mark).status_code == 303
    assert elsewhere.get("/").status_code == 303
    assert here.get("/").status_code == sam.get("/").status_code == 200
    third = desk.as_person("mei", Post.MODERATOR)
    here.post("/own/sessions")
    assert third.get("/").status_code == 303
    assert here.get("/").status_code == 200


def test_an_admin_takes_away_what_somebody_lost(desk):
    set_up(desk, desk.as_person("mei", Post.MODERATOR))
    admin = desk.as_person("root", Post.ADMIN)
    number = desk.workspace.staff.find("mei").id
    assert admin.post(f"/people/{number}", do="factor").status_code == 303
    assert log_in(desk, "mei").status_code == 303
    assert ("root", "second-factor", "mei") in {
        (line.by, line.action, line.subject) for line in desk.workspace.audit.lines()
    }


def test_the_command_line_changes_a_secret_and_ends_sessions(desk):
    desk.now = datetime.now(UTC)
    desk.as_person("mei", Post.MODERATOR)

    def run(*arguments, said=""):
        command = ["--workspace", str(desk.workspace.path), "staff", *arguments]
        return CliRunner().invoke(root, command, input=said)

    assert "mei  since" in run("sessions").stdout
    assert "not the present secret" in str(run("secret", "mei", said=f"wrong\n{OTHER}\n{OTHER}\n").exception)
    assert run("secret", "mei", said=f"{SECRET}\n{OTHER}\n{OTHER}\n").exit_code == 0
    assert run("sessions").stdout == ""
    assert log_in(desk, "mei", secret=OTHER).status_code == 303
    assert run("sessions", "--end", "mei").stdout == "1 sessions of mei are over\n"
    assert run("drop-factor", "mei").exit_code == 0
    assert "nobody is called tom" in str(run("sessions", "--end", "tom").exception)


@pytest.mark.parametrize(
    ("said", "step"),
    [("287082", 1), ("28 70 82", 1), ("", None), ("٢٨٧٠٨٢", None), ("287083", None), ("081804", None)],
)
def test_codes_are_those_of_the_rfc(said, step):
    """RFC 6238, appendix B, of which apps show the last six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert matching_step(secret, said, datetime.fromtimestamp(59, UTC)) == step
