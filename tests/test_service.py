import re
from datetime import timedelta

import orjson
import pytest

from blocklist.model import Action, Post
from blocklist.service.app import DOORS
from blocklist.service.doors import By, Side
from tests.service_desk import SECRET, open_desk

pytestmark = pytest.mark.edge


@pytest.fixture
def desk(tmp_path):
    with open_desk(tmp_path / "ws") as opened:
        yield opened


def link_of(desk, url):
    return next(each.id for each in map(desk.workspace.links.get, range(1, 10)) if each.url == url)


def doubtful(desk):
    return link_of(desk, "http://doubtful.example/offer")


# --- reports in ---------------------------------------------------------------------------------------


def test_one_report_is_taken_with_an_id_and_waits_in_the_crawl(desk):
    key = desk.key()
    answer = desk.public.post(
        "/api/shares", json={"url": "https://new.example/x", "account": "u7"}, headers=key
    )
    assert answer.status_code == 202
    said = answer.json()
    assert {name: said[name] for name in ("read", "accepted", "duplicate", "rejected", "links_new")} == {
        "read": 1, "accepted": 1, "duplicate": 0, "rejected": 0, "links_new": 1,
    }  # fmt: skip
    (share,) = said["shares"]
    status = desk.public.get(f"/api/shares/{share['id']}", headers=key).json()
    assert (status["state"], status["verdict"]) == ("waiting", None)
    assert status["position"] == 3  # the three that are due for another visit came before


def test_json_lines_are_taken_and_each_bad_row_is_named_with_its_field(desk):
    lines = [
        {"url": "https://a.example/"},
        {"url": "https://b.example/", "surface": "pub"},
        {"url": "not a url"},
        {"text": "nothing here"},
        [],
    ]
    body = b"\n".join(map(orjson.dumps, lines)) + b"\n\nbroken\n"
    headers = {**desk.key(), "Content-Type": "application/jsonl"}
    said = desk.public.post("/api/shares", content=body, headers=headers).json()
    assert (said["read"], said["accepted"], said["rejected"]) == (6, 1, 5)
    assert [(each["row"], each["field"]) for each in said["errors"]] == [
        (2, "surface"), (3, "url"), (4, "url"), (5, "url"), (7, "url"),
    ]  # fmt: skip


def test_the_same_report_again_is_known_and_has_the_same_id(desk):
    key, row = desk.key(), [{"url": "https://a.example/", "account": "u1"}]
    first, again = (desk.public.post("/api/shares", json=row, headers=key).json() for _ in range(2))
    assert (again["accepted"], again["duplicate"]) == (0, 1)
    assert first["shares"] == again["shares"]


def test_an_idempotency_key_gets_the_same_answer_and_no_other_body(desk):
    key = {**desk.key(), "Idempotency-Key": "batch-1"}
    first = desk.public.post("/api/shares", json=[{"url": "https://a.example/"}], headers=key)
    again = desk.public.post("/api/shares", json=[{"url": "https://a.example/"}], headers=key)
    assert first.content == again.content
    assert again.headers["idempotent-replayed"] == "true"
    other = desk.public.post("/api/shares", json=[{"url": "https://b.example/"}], headers=key)
    assert other.status_code == 422
    assert desk.workspace.links.count() == 4


def test_a_key_sees_only_what_it_reported(desk):
    share = desk.public.post("/api/shares", json={"url": "https://a.example/"}, headers=desk.key()).json()
    identifier = share["shares"][0]["id"]
    assert desk.public.get(f"/api/shares/{identifier}", headers=desk.key()).status_code == 404
    number = identifier.partition("-")[0]
    assert desk.public.get(f"/api/shares/{number}-{'0' * 16}", headers=desk.key()).status_code == 404


def test_a_quota_is_kept_by_the_day(desk):
    key = desk.key(daily=3)
    rows = [{"url": f"https://a{number}.example/"} for number in range(2)]
    assert desk.public.post("/api/shares", json=rows, headers=key).status_code == 202
    refused = desk.public.post("/api/shares", json=rows, headers=key)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 86_400
    assert "3 shares a day, and 1 are left today" in refused.json()["detail"]
    desk.later(days=1)
    assert desk.public.post("/api/shares", json=rows, headers=key).status_code == 202


def test_requests_are_held_to_a_pace_by_key_and_by_address(tmp_path):
    pace = "[serve]\nkey_per_minute = 2\nlookup_per_minute = 3\n"
    with open_desk(tmp_path / "ws", config=pace) as desk:
        key, other = desk.key(), desk.key()
        asked = [desk.public.get("/api/shares/1-0", headers=key) for _ in range(3)]
        assert [each.status_code for each in asked] == [404, 404, 429]
        assert asked[-1].headers["retry-after"] == "31"
        assert "too many requests of this key" in asked[-1].json()["detail"]
        assert desk.public.get("/api/shares/1-0", headers=other).status_code == 404
        desk.later(seconds=31)
        assert desk.public.get("/api/shares/1-0", headers=key).status_code == 404
        looked = [desk.public.get("/api/lookup?url=http://shop.example/").status_code for _ in range(4)]
        assert looked == [200, 200, 200, 429]


def test_a_text_of_many_addresses_does_not_get_round_the_quota(desk):
    """Rows were held against the quota, and shares were counted: a row's text brings up to a thousand."""
    key = desk.key(daily=3)
    many = {"text": " ".join(f"https://a{number}.example/" for number in range(5))}
    refused = desk.public.post("/api/shares", json=many, headers=key)
    assert (refused.status_code, desk.workspace.links.count()) == (429, 3)
    few = {"text": "https://a1.example/ https://a2.example/ https://a3.example/"}
    assert desk.public.post("/api/shares", json=few, headers=key).status_code == 202
    assert desk.public.post("/api/shares", json=[few], headers=key).status_code == 429


@pytest.mark.parametrize(
    ("content", "kind", "status", "said"),
    [
        (b"", "application/json", 400, "not JSON"),
        (b"[]", "application/json", 400, "holds no share"),
        (b"{", "application/json", 400, "not JSON"),
        (b"url=x", "text/plain", 415, "send application/json"),
        (b"[1]", "application/json", 422, "none of 1 rows can be used; row 1: not a JSON object"),
        (b"\xff\xfe", "application/jsonl", 422, "none of 1 rows"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(desk, content, kind, status, said):
    headers = {**desk.key(), "Content-Type": kind}
    answer = desk.public.post("/api/shares", content=content, headers=headers)
    assert answer.status_code == status
    assert said in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_not_read(tmp_path):
    with open_desk(tmp_path / "ws", published=False, config="[serve]\nmax_request_bytes = 2000\n") as desk:
        rows = [{"url": f"https://a.example/{number}"} for number in range(200)]
        assert desk.public.post("/api/shares", json=rows, headers=desk.key()).status_code == 413
        whole = iter([b"x" * 1500, b"x" * 1500])  # without a length
        headers = {**desk.key(), "Content-Type": "application/jsonl"}
        assert desk.public.post("/api/shares", content=whole, headers=headers).status_code == 413


def test_raw_ids_are_not_in_the_database(desk, tmp_path):
    row = {"url": "https://a.example/", "account": "planted-account", "group": "planted-group",
           "reporter": "planted-reporter", "account_name": "Planted Name"}  # fmt: skip
    desk.public.post("/api/shares", json=row, headers={**desk.key(), "Idempotency-Key": "x"})
    held = b"".join(path.read_bytes() for path in (tmp_path / "ws").glob("linkgazette.db*"))
    assert b"a.example" in held
    assert b"planted-" not in held
    assert b"Planted Name" not in held


# --- who may come in ----------------------------------------------------------------------------------


def test_a_key_that_does_not_hold_opens_nothing(desk):
    wrong = {"Authorization": f"Bearer lg_{'0' * 12}_{'0' * 64}"}
    for headers in ({}, wrong, {"Authorization": "Basic eDp5"}):
        answer = desk.public.post("/api/shares", json={"url": "https://a.example/"}, headers=headers)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    key = desk.key()
    identifier = key["Authorization"].split("_")[1]
    desk.workspace.api_keys.end(identifier, now=desk.now)
    assert desk.public.post("/api/shares", json={"url": "https://a.example/"}, headers=key).status_code == 401


def filled(desk, path):
    return re.sub(r"\{link:int\}", str(doubtful(desk)), re.sub(r"\{(number:int|id|ticket)\}", "1", path))


POSTS = [None, *Post]


@pytest.mark.parametrize("post", POSTS, ids=str)
def test_every_door_opens_to_whom_it_says_and_to_nobody_else(desk, post):
    """The matrix: every door, every post, by key and by session."""
    asked = 0
    browsers = {}
    for door in DOORS:
        key = desk.key(post) if post and door.by is By.KEY else {}
        if door.by is By.SESSION and post:
            if door.name == "logout":
                continue  # asked last, by its own test: it ends the session
            if post not in browsers:
                browsers[post] = desk.as_person("mo", post)
            client = browsers[post].client
        else:
            client = desk.client(door.side)
        answer = client.request(door.method, filled(desk, door.path), headers=key)
        asked += 1
        if not door.posts:
            assert answer.status_code < 500, door.name
        elif post is None:
            assert answer.status_code == (303 if door.by is By.SESSION else 401), door.name
        elif post not in door.posts:
            assert answer.status_code == 403, (door.name, post)
            assert "is not open to" in answer.text
        else:
            refused = answer.status_code == 403 and "is not open to" in answer.text
            assert not refused, (door.name, post)
            assert answer.status_code < 500, door.name
    assert asked >= len(DOORS) - 1


def test_each_door_has_a_name_of_its_own():
    assert len({door.name for door in DOORS}) == len(DOORS)


def test_doors_of_the_moderators_are_not_on_the_public_side(desk):
    for door in DOORS:
        if door.side is Side.STAFF and door.path not in {"/", "/healthz", "/readyz"}:
            assert desk.public.get(filled(desk, door.path)).status_code in {404, 405}, door.name


def test_a_wrong_secret_and_an_unknown_name_read_alike(desk):
    desk.person("mo", Post.MODERATOR)
    client = desk.client(Side.STAFF)
    answers = [
        client.post("/login", data={"name": name, "secret": secret})
        for name, secret in (("mo", "wrong"), ("nobody", SECRET))
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].text == answers[1].text


def test_log_ins_are_slowed_down_by_name_and_address(desk):
    client = desk.client(Side.STAFF)
    seen = [client.post("/login", data={"name": "mo", "secret": "x"}).status_code for _ in range(25)]
    assert seen[:20] == [401] * 20
    assert set(seen[20:]) == {429}


def test_a_session_ends_by_itself_by_disuse_and_by_logging_out(desk):
    for span in ({"hours": 11}, {"minutes": 61}):
        browser = desk.as_person("mo", Post.MODERATOR)
        assert browser.get("/").status_code == 200
        desk.later(**span)
        assert browser.get("/").headers["location"] == "/login"
    browser = desk.as_person("mo", Post.MODERATOR)
    assert browser.post("/logout").headers["location"] == "/login"
    assert browser.get("/").status_code == 303


def test_who_has_left_is_let_in_no_more_and_their_session_ends(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    desk.workspace.staff.end("mo", now=desk.now)
    assert browser.get("/").status_code == 303
    assert desk.client(Side.STAFF).post("/login", data={"name": "mo", "secret": SECRET}).status_code == 401


def test_a_form_that_is_not_ours_changes_nothing(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    path = f"/cases/{doubtful(desk)}"
    fields = {"do": "clear", "reason": "x"}
    assert browser.client.post(path, data=fields).status_code == 403
    assert browser.client.post(path, data={**fields, "form_token": "guess"}).status_code == 403
    elsewhere = {"Origin": "https://evil.example"}
    token = browser.token()
    for headers in (elsewhere, {"Sec-Fetch-Site": "cross-site"}):
        forged = browser.client.post(path, data={**fields, "form_token": token}, headers=headers)
        assert forged.status_code == 403
    assert desk.workspace.decisions.current(doubtful(desk)) is None


def test_a_host_name_that_is_not_ours_is_not_served(desk):
    for side in Side:
        answer = desk.client(side).get("/healthz", headers={"Host": "rebound.example"})
        assert answer.status_code == 421


def test_pages_say_what_browsers_may_do(desk):
    for client, path in ((desk.client(Side.STAFF), "/login"), (desk.public, "/appeals/new")):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        # no-referrer made browsers send `Origin: null` with every form, which is refused as another site's.
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch("[0-9a-f]{16}", headers["x-request-id"])


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(desk):
    desk.person("mo", Post.MODERATOR)
    answer = desk.client(Side.STAFF).post("/login", data={"name": "mo", "secret": SECRET})
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert SECRET not in str(desk.workspace.db["staff"].get(1))


# --- review -------------------------------------------------------------------------------------------


def test_the_queue_shows_what_waits_and_leads_to_the_case(desk):
    page = desk.as_person("mo", Post.MODERATOR).get("/").text
    assert "1 case waits" in page
    assert "doubtful[.]example/offer" in page
    assert f'href="/cases/{doubtful(desk)}"' in page


def test_a_case_is_confirmed_with_a_reason_and_leaves_the_queue(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    answer = browser.post(
        f"/cases/{doubtful(desk)}", do="confirm", reason="sells it", category="tobacco", grade="3"
    )
    assert answer.status_code == 303
    held = desk.workspace.decisions.current(doubtful(desk))
    assert (held.action, held.category, held.grade, held.by) == (Action.CONFIRM, "tobacco", 3, "mo")
    assert "0 cases wait." in browser.get("/").text
    assert [line.action for line in desk.workspace.audit.lines()] == ["log-in", "confirm"]


def test_a_decision_is_undone_and_the_case_waits_again(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    path = f"/cases/{doubtful(desk)}"
    browser.post(path, do="clear", reason="licensed")
    browser.post(path, do="undo", reason="wrong page")
    assert desk.workspace.decisions.current(doubtful(desk)) is None
    assert "1 case waits" in browser.get("/").text
    assert "(undone)" in browser.get(path).text
    finding = next(each for each in desk.workspace.findings() if each.link.id == doubtful(desk))
    assert finding.decision is None


def test_a_whole_domain_waits_for_a_second_person_who_is_another(desk):
    path = f"/cases/{doubtful(desk)}"
    first = desk.as_person("mo", Post.SENIOR)
    fields = {"do": "confirm", "reason": "all of it", "category": "tobacco", "scope": "domain"}
    assert first.post(path, **fields).headers["location"] == f"/?done=proposed-{doubtful(desk)}"
    assert desk.workspace.decisions.current(doubtful(desk)) is None
    assert "a whole domain" in first.get("/proposals").text
    own = first.post("/proposals/1", do="agree")
    assert own.status_code == 409
    second = desk.as_person("sam", Post.SENIOR)
    assert second.post("/proposals/1", do="agree").status_code == 303
    assert desk.workspace.decisions.current(doubtful(desk)).by == "mo & sam"
    assert second.post("/proposals/1", do="refuse").status_code == 409


def test_a_case_may_be_escalated_and_captured_again(desk):
    browser = desk.as_person("mo", Post.MODERATOR)
    path = f"/cases/{doubtful(desk)}"
    browser.post(path, do="escalate", reason="not sure")
    assert "left to a senior" in browser.get("/").text
    browser.post(path, do="recapture", reason="was half loaded")
    assert desk.workspace.links.due(desk.now) >= 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"do": "confirm", "reason": ""}, "needs a reason"),
        ({"do": "confirm", "reason": "x", "category": "news"}, "is no category of the policy"),
        ({"do": "confirm", "reason": "x", "grade": "9"}, "a grade is 1, 2, 3 or 4"),
        ({"do": "confirm", "reason": "x", "scope": "world"}, "a scope is one of"),
        ({"do": "undo", "reason": "x"}, "there is nothing to undo"),
        ({"do": "burn", "reason": "x"}, "choose what to do"),
        ({}, "choose what to do"),
    ],
)
def test_what_cannot_be_decided_is_refused_on_a_page(desk, fields, said):
    answer = desk.as_person("mo", Post.MODERATOR).post(f"/cases/{doubtful(desk)}", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert desk.workspace.decisions.current(doubtful(desk)) is None


# --- appeals ------------------------------------------------------------------------------------------


def entry(desk):
    return desk.workspace.entries.current()[0].id


def test_an_appeal_is_taken_and_its_ticket_shows_the_answer(desk):
    form = {"entry": entry(desk), "statement": "It is a museum.", "contact": "ann@museum.example"}
    sent = desk.public.post("/appeals/new", data=form)
    assert sent.status_code == 303
    page = desk.public.get(sent.headers["location"]).text
    assert "Received. A person answers by" in page
    assert "It is a museum." in page
    (appeal,) = desk.workspace.appeals.waiting()
    assert appeal.due_at - appeal.made_at == timedelta(days=7)
    assert b"ann@" not in appeal.contact
    assert sent.headers["location"].rpartition("/")[2].encode() not in appeal.ticket


def test_an_appeal_makes_the_page_due(desk):
    before = desk.workspace.links.due(desk.now - timedelta(hours=2))
    assert before == 0
    link = desk.workspace.verdicts.get(desk.workspace.entries.current()[0].verdict).link
    desk.workspace.database.write("UPDATE links SET due_at = '2099-01-01T00:00:00.000000Z'")
    desk.public.post("/appeals/new", data={"entry": entry(desk), "statement": "wrong"})
    assert desk.workspace.links.due(desk.now) == 1
    assert desk.workspace.links.before(link) == 0


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"entry": "LG-NOSUCHONE0", "statement": "x"}, "no entry has that id"),
        ({"entry": "", "statement": "x"}, "no entry has that id"),
        ({"entry": None, "statement": " "}, "say what is wrong"),
        ({"entry": None, "statement": "x" * 4001}, "at most 4000"),
    ],
)
def test_what_is_no_appeal_comes_back_with_what_was_typed(desk, form, said):
    form = {name: entry(desk) if value is None else value for name, value in form.items()}
    answer = desk.public.post("/appeals/new", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert form["statement"] in answer.text
    assert desk.workspace.appeals.waiting() == ()


def test_appeals_are_slowed_down_by_address(desk):
    form = {"entry": entry(desk), "statement": "x"}
    seen = [desk.public.post("/appeals/new", data=form).status_code for _ in range(22)]
    assert seen == [303] * 20 + [429] * 2


def test_who_is_slowed_down_is_told_for_how_long_on_a_page_too(desk):
    form = {"entry": entry(desk), "statement": "x"}
    last = [desk.public.post("/appeals/new", data=form) for _ in range(21)][-1]
    assert 0 < int(last.headers["retry-after"]) <= 3600


def test_a_ticket_that_is_not_one_says_so(desk):
    assert desk.public.get("/appeals/0123").status_code == 404


# --- running it ---------------------------------------------------------------------------------------


def test_health_and_readiness_say_what_waits(desk):
    assert desk.public.get("/healthz").json() == {"status": "ok"}
    assert desk.public.get("/readyz").json() == {"status": "ready"}  # strangers need not know what waits
    assert desk.client(Side.STAFF).get("/readyz").json() == {
        "status": "ready", "crawl": 3, "review": 1, "appeals": 0, "proposals": 0,
    }  # fmt: skip


def test_metrics_count_by_door_and_never_name_a_path(desk):
    desk.public.get("/appeals/secret-ticket")
    text = desk.client(Side.STAFF).get("/metrics", headers=desk.key(Post.AUDITOR)).text
    assert 'linkgazette_requests_total{door="ticket",side="public",status="404"} 1.0' in text
    assert 'linkgazette_waiting{where="review"} 1.0' in text
    assert "secret-ticket" not in text


def test_the_log_is_one_line_of_json_a_request_without_secrets(desk, caplog):
    caplog.set_level("INFO", logger="linkgazette.service")
    key = desk.key()
    desk.public.post("/api/shares", json={"url": "https://a.example/"}, headers=key)
    desk.public.get("/appeals/secret-ticket")
    first, second = (orjson.loads(record.message) for record in caplog.records)
    assert (first["door"], first["status"], first["who"]) == ("report", 202, "reporter")
    assert (second["door"], second["status"]) == ("ticket", 404)
    assert "secret-ticket" not in caplog.text
    assert key["Authorization"].rpartition("_")[2] not in caplog.text


def test_the_published_site_is_served_and_before_the_first_release_there_is_none(desk, tmp_path):
    assert "Linkgazette" in desk.public.get("/").text
    assert desk.public.get("/list/manifest.json").json()["serial"] == 1
    assert desk.public.get("/%2e%2e/linkgazette.db").status_code == 404
    with open_desk(tmp_path / "new", published=False) as fresh:
        assert fresh.public.get("/").status_code == 404


def test_the_document_names_every_door_for_programs(desk):
    document = desk.public.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        "/openapi.json", "/healthz", "/readyz", "/api/shares", "/api/shares/{id}", "/api/lookup",
        "/api/measures/applied",
    }  # fmt: skip


def test_a_url_is_looked_up_in_the_published_list(desk, tmp_path):
    ask = desk.public.get("/api/lookup", params={"url": "http://shop.example/"}).json()
    assert (ask["listed"], ask["entry"]["id"]) == (True, entry(desk))
    other = desk.public.get("/api/lookup", params={"url": "http://garden.example/"}).json()
    assert other == {"listed": False, "entry": None}
    assert desk.public.get("/api/lookup", params={"url": "nothing"}).status_code == 422
    with open_desk(tmp_path / "new", published=False) as fresh:
        assert fresh.public.get("/api/lookup", params={"url": "http://a.example/"}).status_code == 404
