"""Measures reach the platform: believed by its own library, in order, once, through failures and kills."""

import json
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from blocklist.casework.delivering import LINES, deliver, poster
from blocklist.commands.doctor import checks
from blocklist.commands.keys import keys
from blocklist.commands.measures import measures
from blocklist.config import parse_config
from blocklist.errors import ConfigError, InputError, TroubleError
from blocklist.release.folder import locked
from blocklist.store import open_workspace
from blocklist.store.outbox import Line
from blocklist.webhook.posting import Receiver, post
from blocklist.webhook.secret import load_secrets, make_secret
from blocklist.webhook.signing import TOLERANCE_S, headers, problem
from blocklist.webhook.waiting import wait
from tests.hook_receiver import receiving

pytestmark = pytest.mark.edge

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
SECRET = bytes(range(32))
TEXT = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ME = "account:" + "1" * 32

# --- signatures -------------------------------------------------------------------------------------------


@given(st.from_regex(r"msg_[0-9a-f]{1,32}", fullmatch=True), st.dictionaries(st.text(), st.text()))
def test_the_library_of_the_specification_believes_what_we_sign_and_nothing_else(message, said):
    body = json.dumps(said).encode()
    now = datetime.now(UTC)
    made = headers(message, body, [b"x" * 24, SECRET], now=now)
    assert Webhook(TEXT).verify(body, made) == said
    assert problem(made, body, [SECRET], now=now) == ""
    for changed in (body + b" ", b"{}" if body != b"{}" else b"[]"):
        with pytest.raises(WebhookVerificationError):
            Webhook(TEXT).verify(changed, made)
        assert problem(made, changed, [SECRET], now=now) == "the signature is not of this message"
    assert problem({**made, "webhook-id": message + "0"}, body, [SECRET], now=now)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"webhook-timestamp": ""}, "the timestamp is no number"),
        ({"webhook-timestamp": "٣"}, "the timestamp is no number"),
        ({"webhook-signature": ""}, "the signature is not of this message"),
        ({"webhook-signature": "v1,ü v2,x"}, "the signature is not of this message"),
    ],
)
def test_what_is_not_to_be_believed_is_said(given, said):
    made = headers("msg_1", b"{}", [SECRET], now=NOW)
    assert problem({**made, **given}, b"{}", [SECRET], now=NOW) == said


def test_an_old_message_is_not_believed_again():
    made = headers("msg_1", b"{}", [SECRET], now=NOW)
    late = NOW + timedelta(seconds=TOLERANCE_S)
    assert problem(made, b"{}", [SECRET], now=late) == ""
    assert problem(made, b"{}", [SECRET], now=late + timedelta(seconds=1))


@given(st.integers(1, 10_000), st.floats(0, 1e5), st.floats(0, 1e6), st.integers())
def test_waits_double_up_to_the_longest_less_at_most_a_half(attempt, base, longest, seed):
    found = wait(attempt, base_s=base, longest_s=longest, chance=random.Random(seed)).total_seconds()
    whole = min(longest, base * 2.0 ** min(attempt - 1, 64))
    assert whole / 2 - 1e-6 <= found <= whole + 1e-6


# --- the secret -------------------------------------------------------------------------------------------


def test_two_secrets_sign_while_the_receiver_changes_over(tmp_path):
    file = tmp_path / "webhook.secret"
    done = CliRunner().invoke(keys, ["webhook"], obj=tmp_path)
    assert (done.exit_code, file.stat().st_mode & 0o777) == (0, 0o600)
    first = file.read_text()
    assert first.split()[0] not in done.output
    assert isinstance(CliRunner().invoke(keys, ["webhook"], obj=tmp_path).exception, InputError)
    assert CliRunner().invoke(keys, ["webhook", "--rotate"], obj=tmp_path).exit_code == 0
    new, old = file.read_text().split()
    assert old == first.strip()
    made = headers("msg_1", b"{}", load_secrets(file), now=datetime.now(UTC))
    for text in (new, old):
        assert Webhook(text).verify(b"{}", made) == {}


@pytest.mark.parametrize("folder", [".", "here", ""])
def test_the_secret_is_made_where_the_settings_name_it(folder, tmp_path, monkeypatch):
    """A workspace given by a relative path, as by default, got another file than the one that is read."""
    monkeypatch.chdir(tmp_path)
    workspace = Path(folder) if folder else tmp_path / "whole"
    workspace.mkdir(exist_ok=True)
    (workspace / "linkgazette.toml").write_text('[webhook]\nsecret = "mine.secret"\n')
    assert CliRunner().invoke(keys, ["webhook"], obj=workspace).exit_code == 0
    assert load_secrets(workspace / "mine.secret")


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        ("", 0o600, "is empty"),
        ("whsec_!!!!", 0o600, "line 1: is no secret"),
        ("whsec_c2hvcnQ=", 0o600, "a secret has 24 to 64 bytes, this one 5"),
        (TEXT, 0o644, "others can read"),
        ("whsec_é", 0o600, "is no secret"),
    ],
)
def test_a_secret_that_cannot_be_used_is_told_without_it(tmp_path, content, mode, said):
    file = tmp_path / "webhook.secret"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(InputError, match=said) as caught:
        load_secrets(file)
    assert not content or content not in str(caught.value)


# --- where it may go --------------------------------------------------------------------------------------


@contextmanager
def knocked():
    """A port of loopback, and how often somebody connected to it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        found = []

        def listen():
            while found is not None:
                try:
                    found.append(server.accept()[0])
                except TimeoutError:
                    if done.is_set():
                        return

        done = threading.Event()
        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], found
        done.set()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "0x7f000001"])
def test_an_address_inside_is_never_dialled_unless_it_is_the_one_configured(host):
    with knocked() as (port, found):
        receiver = Receiver(url=f"https://{host}:{port}/", timeout_s=5)
        reply = post(receiver, {}, b"{}")
        assert "127.0.0.1" in reply.problem
        assert found == []
        other = Receiver(url=f"https://{host}:{port}/", address=("127.0.0.1", 1), timeout_s=5)
        assert post(other, {}, b"{}").problem
        assert found == []


def test_the_environment_s_proxy_is_not_used(monkeypatch):
    with knocked() as (port, found):
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        assert post(Receiver(url="https://127.0.0.2/", timeout_s=5), {}, b"{}").problem
        assert found == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('url = "http://hook.example/"', "must be https, or name the receiver inside by address"),
        ('url = "ftp://hook.example/"', "must be an absolute"),
        ('url = "https://a:b@hook.example/"', "user name or password"),
        ('url = "https://hook.example/"\naddress = "hook.example:1"', "must be an address, not a name"),
        ('url = "https://hook.example/"\naddress = "10.0.0.7"', 'must be "address:port"'),
        ("retry_base = 9\nretry_max = 8", "must not be longer than"),
    ],
)
def test_a_receiver_that_cannot_be_is_refused(tmp_path, lines, said):
    with pytest.raises(ConfigError, match=said):
        parse_config(f"[webhook]\n{lines}\n", tmp_path)


# --- delivery ---------------------------------------------------------------------------------------------


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def folder(tmp_path):
    open_workspace(tmp_path, create=True).close()
    return tmp_path


def put(folder, *messages: int) -> None:
    """Queue messages of so many lines each."""
    number = 0
    with open_workspace(folder, create=False) as opened:
        for place, count in enumerate(messages):
            rows = range(number + 1, number + count + 1)
            lines = [Line(id=row, subject=ME, body=json.dumps({"id": row, "subject": ME})) for row in rows]
            opened.outbox.add(f"msg_{place}", lines, now=NOW)
            number += count


def sent(folder, *, clock=None, **more):
    clock = clock or Time()
    with open_workspace(folder, create=False) as opened:
        hook = poster(opened.config.webhook)
        return deliver(opened, hook, clock=clock, sleep=clock.sleep, chance=random.Random(1), **more)


def test_messages_arrive_in_order_and_once(folder):
    with receiving(folder) as hook:
        put(folder, 3, 1, 2)
        done = sent(folder)
        assert (done.delivered, done.waiting, done.dead) == (3, 0, 0)
        assert hook.ids == ["msg_0", "msg_1", "msg_2"]
        assert [line["id"] for line in hook.lines] == [1, 2, 3, 4, 5, 6]
        assert sent(folder).delivered == 0
    with open_workspace(folder, create=False) as opened:
        assert opened.database.value("SELECT count(*) FROM message_lines") == 0


@pytest.mark.parametrize("failure", [500, 404, 301, 0])
def test_what_failed_is_tried_again_under_its_id_and_the_next_waits_for_it(folder, failure):
    with receiving(folder) as hook:
        put(folder, 1, 1)
        hook.answers = [failure, failure]
        clock = Time()
        first = sent(folder, clock=clock)
        assert (first.delivered, first.failed, first.waiting) == (0, 1, 2)
        assert first.problem == (
            "Empty reply from server" if not failure else f"the receiver answers {failure}"
        )
        assert sent(folder, clock=clock).failed == 0  # not before its time
        done = sent(folder, clock=clock, seconds=3600)
        assert (done.delivered, done.failed, done.waiting) == (2, 1, 0)
        assert [each["webhook-id"] for each, _ in hook.requests] == ["msg_0"] * 3 + ["msg_1"]
        assert hook.ids == ["msg_0", "msg_1"]
        assert 15 <= clock.slept[0] <= 30 <= clock.slept[1] <= 60


def test_a_slow_receiver_is_left_and_what_it_took_after_all_is_known_by_its_id(folder):
    with receiving(folder, timeout=0.2) as hook:
        put(folder, 1)
        hook.slow_s = 0.6
        clock = Time()
        assert "timed out" in sent(folder, clock=clock).problem.lower()
        time.sleep(0.7)  # it has taken the message meanwhile
        hook.slow_s = 0.0
        assert sent(folder, clock=clock, seconds=60).delivered == 1
        assert len(hook.requests) == 2
        assert [line["id"] for line in hook.lines] == [1]


def test_a_receiver_that_asks_for_patience_gets_it(folder):
    with receiving(folder) as hook:
        put(folder, 1)
        hook.answers, hook.headers = [429], {"retry-after": "200"}
        clock = Time()
        assert sent(folder, clock=clock, seconds=100).waiting == 1
        assert sent(folder, clock=clock, seconds=250).delivered == 1
        assert sum(clock.slept) == pytest.approx(200, abs=2)


def test_one_that_wants_no_more_is_asked_no_more_in_this_run(folder):
    with receiving(folder) as hook:
        put(folder, 1, 1)
        hook.answers = [410]
        done = sent(folder, seconds=86_400)
        assert (done.failed, done.waiting, len(hook.requests)) == (1, 2, 1)


def test_what_failed_too_often_is_given_up_kept_and_tried_when_asked(folder):
    with receiving(folder, attempts=3) as hook:
        put(folder, 1, 1)
        hook.answers = [500] * 3
        done = sent(folder, seconds=86_400)
        assert (done.delivered, done.failed, done.waiting, done.dead) == (1, 3, 0, 1)
        assert hook.ids == ["msg_1"]
        (state,) = [each for each in checks(folder, datetime.now(UTC)) if each.name == "webhook"]
        assert "1 messages were given up (the receiver answers 500)" in state.said
        again = sent(folder, revive=True)
        assert (again.delivered, again.dead) == (1, 0)
        assert hook.ids == ["msg_1", "msg_0"]


def test_a_replayed_message_is_taken_once(folder):
    with receiving(folder) as hook:
        put(folder, 2)
        sent(folder)
        given, body = hook.requests[0]
        assert hook.take(given, body) == 200
        assert [line["id"] for line in hook.lines] == [1, 2]
        with pytest.raises(WebhookVerificationError):
            hook.take({**given, "webhook-timestamp": str(int(given["webhook-timestamp"]) + 1)}, body)


def test_whoever_is_forgotten_leaves_what_has_not_been_sent(folder):
    with receiving(folder) as hook:
        put(folder, 2, 1)
        with open_workspace(folder, create=False) as opened:
            other = Line(id=9, subject="link:LG-AAAA", body='{"id": 9}')
            opened.outbox.add("msg_x", [other], now=NOW)
            opened.people.forget(ME)
        assert sent(folder).waiting == 0
        assert hook.ids == ["msg_x"]


def test_people_in_what_was_never_delivered_wear_out(folder):
    put(folder, 2)
    with open_workspace(folder, create=False) as opened:
        opened.people.wear_out(NOW)
        assert len(opened.outbox.next().lines) == 2
        opened.people.wear_out(NOW + timedelta(seconds=1))
        assert opened.outbox.next().lines == ()


def test_two_deliveries_do_not_overlap(folder):
    with (
        receiving(folder),
        locked(folder / "deliver.lock", "x"),
        pytest.raises(TroubleError, match="another"),
    ):
        sent(folder)


def test_a_delivery_killed_at_any_point_loses_nothing_and_the_next_goes_on(folder):
    with receiving(folder, retry_base=0) as hook:
        put(folder, *[2] * 40)
        hook.slow_s = 0.01
        command = [sys.executable, "-c", "from blocklist.cli import main; main()"]
        rng = random.Random(7)
        for _ in range(3):
            before = len(hook.requests)
            process = subprocess.Popen(
                [*command, "--workspace", str(folder), "measures", "--deliver"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            until = time.monotonic() + 20
            wanted = before + rng.randint(1, 8)
            while len(hook.requests) < wanted and process.poll() is None and time.monotonic() < until:
                time.sleep(0.002)
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert 0 < len(hook.ids) < 40
        hook.slow_s = 0.0
        assert sent(folder).waiting == 0
        assert [line["id"] for line in hook.lines] == list(range(1, 81))


def test_the_receiver_that_we_hand_out_takes_what_we_send_once_and_nothing_else(folder, tmp_path):
    make_secret(folder / "webhook.secret", rotate=False)
    receiver = Path(__file__).parent.parent / "deploy" / "webhook_receiver.py"
    taken = tmp_path / "taken.jsonl"
    command = [sys.executable, str(receiver), str(folder / "webhook.secret"), "0", str(taken)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            url = process.stdout.readline().strip()
            address = ("127.0.0.1", int(url.rstrip("/").rpartition(":")[2]))
            (folder / "linkgazette.toml").write_text(
                f'[webhook]\nurl = "{url}"\naddress = "127.0.0.1:{address[1]}"\n', encoding="utf-8"
            )
            put(folder, 2)
            assert sent(folder).delivered == 1
            where, now = Receiver(url=url, address=address, timeout_s=5), datetime.now(UTC)
            keys = load_secrets(folder / "webhook.secret")
            body = b'{"data": {"lines": [{"id": 7}]}}'
            assert post(where, headers("msg_0", body, keys, now=now), body).problem == ""  # came before
            for wrong in (
                headers("msg_9", body, [SECRET], now=now),
                headers("msg_9", body, keys, now=now - timedelta(minutes=6)),
                {},
            ):
                assert post(where, wrong, body).problem == "the receiver answers 401"
            assert [json.loads(line)["id"] for line in taken.read_text().splitlines()] == [1, 2]
        finally:
            process.kill()


# --- the command ------------------------------------------------------------------------------------------


def run(folder, *words):
    return CliRunner().invoke(measures, ["--deliver", *words], obj=folder)


def test_the_command_says_what_waits_and_never_the_secret(folder):
    with receiving(folder) as hook:
        put(folder, LINES)
        hook.answers = [500]
        failed = run(folder)
        assert (failed.exit_code, "the receiver answers 500" in failed.stderr) == (3, True)
        assert "0 messages delivered, 1 wait" in failed.stdout
        with open_workspace(folder, create=False) as opened:
            opened.outbox.failed(1, next_at=NOW, problem="")
        done = run(folder, "--json")
        assert (done.exit_code, json.loads(done.stdout)["delivered"]) == (0, 1)
        said = failed.output + done.output + "".join(map(str, hook.requests))
        database = b"".join(file.read_bytes() for file in folder.glob("linkgazette.db*"))
        secret = hook.secret.removeprefix("whsec_")
        assert secret not in said
        assert secret.encode() not in database


@pytest.mark.parametrize("words", [["--dry-run"], ["--export", "-"]])
def test_one_thing_at_a_time(folder, words):
    assert isinstance(run(folder, *words).exception, InputError)


def test_without_a_receiver_nothing_is_taken_as_told(folder):
    assert "set url under [webhook]" in str(run(folder).exception)
    alone = CliRunner().invoke(measures, ["--again"], obj=folder)
    assert isinstance(alone.exception, InputError)


def test_a_secret_is_asked_for_before_anything_is_kept_as_told(folder):
    with receiving(folder):
        (folder / "webhook.secret").unlink()
        assert "make it with: linkgazette keys webhook" in str(run(folder).exception)
        make_secret(folder / "webhook.secret", rotate=False)
