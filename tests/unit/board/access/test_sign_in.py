"""People sign in with a token, stay signed in while it is good, and say who they are."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from structlog.testing import capture_logs

from orchestrator.board.access.sessions import Signer
from orchestrator.board.access.you import slug
from tests.access_builders import KEY, PAGE, ABoard, csrf_for, csrf_of


async def test_a_token_becomes_a_session_which_is_not_the_token() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("lead", teams=frozenset({"billing", "phone"}))
    with capture_logs() as lines:
        async with board.client() as browser:
            answer = await board.sign_in(browser, secret)
            who = (await browser.get("/whoami")).json()
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (who["name"], who["roles"], who["teams"]) == ("ci", ["lead"], ["billing", "phone"])
    assert secret not in str(answer.headers)
    assert [line["by"] for line in lines if line["event"] == "access.signed_in"] == ["token"]
    assert secret not in repr(lines)


async def test_a_wrong_token_leaves_somebody_at_the_form() -> None:
    board = ABoard(login="tokens")
    with capture_logs() as lines:
        async with board.client() as browser:
            answer = await board.sign_in(browser, "hand_wrong")
            assert (await browser.get("/whoami")).status_code == 401
    assert [line["code"] for line in lines if line["event"] == "access.refused"] == [
        "bad-token",
        "sign-in-first",
    ]
    assert "hand_wrong" not in repr(lines)
    assert answer.status_code == 401
    assert "lets nobody in" in answer.text
    assert "hand_wrong" not in answer.text


async def test_whoever_tries_too_often_waits() -> None:
    board = ABoard(login="tokens", rates={"sign_ins": "2/minute"})
    async with board.client() as browser:
        tried = [(await board.sign_in(browser, "hand_wrong")).status_code for _ in range(3)]
        assert (await board.sign_in(browser, board.tokens.make("agent"))).status_code == 429
    assert tried == [401, 401, 429]


async def test_a_session_ends_at_once_when_its_token_is_revoked_and_with_its_time() -> None:
    board = ABoard(login="tokens", session=3_600)
    secret = board.tokens.make("agent")
    async with board.client() as browser, board.client() as other:
        await board.sign_in(browser, secret)
        await board.sign_in(other, board.tokens.make("agent"))
        board.tokens.revoke(secret)
        assert (await browser.get("/whoami")).status_code == 401
        board.clock.advance(timedelta(seconds=3_599))
        assert (await other.get("/whoami")).status_code == 200
        board.clock.advance(timedelta(seconds=1))
        assert (await other.get("/whoami")).status_code == 401


async def test_who_signs_out_is_out_also_with_a_copy_of_the_cookie() -> None:
    board = ABoard(login="tokens")
    async with board.client() as browser, board.client() as thief:
        await board.sign_in(browser, board.tokens.make("agent"))
        thief.cookies = httpx.Cookies(browser.cookies)
        assert (await thief.get("/whoami")).status_code == 200
        answer = await browser.post("/logout", data={"csrf": await csrf_for(browser)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert (await browser.get("/whoami")).status_code == 401
        assert (await thief.get("/whoami")).status_code == 401


async def test_signing_in_makes_a_new_session_whatever_the_browser_held() -> None:
    board = ABoard(login="tokens")
    async with board.client() as victim, board.client() as attacker:
        await board.sign_in(attacker, board.tokens.make("agent", name="attacker"))
        planted = attacker.cookies["handoff"]
        victim.cookies.set("handoff", planted, domain="127.0.0.1", path="/")
        # Who holds a planted session has to leave it before the form is shown.
        await victim.post("/logout", data={"csrf": await csrf_for(victim)})
        await board.sign_in(victim, board.tokens.make("agent", name="victim"))
        assert victim.cookies["handoff"] != planted
        assert (await victim.get("/whoami")).json()["name"] == "victim"
        assert (await attacker.get("/whoami")).status_code == 401


async def test_the_form_is_bound_to_the_browser_that_asked_for_it() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("agent")
    async with board.client() as attacker, board.client() as victim:
        form = await attacker.get("/login", headers=PAGE)
        await victim.get("/login", headers=PAGE)
        answer = await victim.post("/login", data={"token": secret, "csrf": csrf_of(form)})
        without = await victim.post("/login", data={"token": secret})
    assert [answer.status_code, without.status_code] == [403, 403]


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/e"]
)
async def test_signing_in_leads_to_no_other_site(target: str) -> None:
    board = ABoard(login="tokens")
    async with board.client() as browser:
        form = await browser.get("/login", params={"next": target}, headers=PAGE)
        said = {"token": board.tokens.make("agent"), "csrf": csrf_of(form), "next": target}
        answer = await browser.post("/login", data=said)
    assert answer.headers["location"] == "/"
    assert 'name="next" value="/"' in form.text


async def test_signing_in_leads_to_where_somebody_wanted_to_go() -> None:
    board = ABoard(login="tokens")
    async with board.client() as browser:
        sent = await browser.get("/whoami?a=1&b=2", headers=PAGE)
        form = await browser.get(sent.headers["location"], headers=PAGE)
        assert 'value="/whoami?a=1&amp;b=2"' in form.text
        said = {"token": board.tokens.make("agent"), "csrf": csrf_of(form), "next": "/whoami?a=1&b=2"}
        assert (await browser.post("/login", data=said)).headers["location"] == "/whoami?a=1&b=2"
        assert (await browser.get("/login?next=/whoami")).headers["location"] == "/whoami"


async def test_two_browsers_at_this_machine_can_be_two_agents() -> None:
    board = ABoard()
    async with board.client() as one, board.client() as two:
        for browser, name in ((one, "Ana María"), (two, "Bo")):
            said = {"csrf": await csrf_for(browser), "name": name, "team": "billing"}
            answer = await browser.post("/you", data=said)
            assert (answer.status_code, answer.headers["location"]) == (303, "/you?saved=1")
        ana, bo = (await one.get("/whoami")).json(), (await two.get("/whoami")).json()
        assert (ana["id"], ana["name"], ana["teams"]) == ("ana-maria", "Ana María", None)
        assert (bo["id"], bo["name"]) == ("bo", "Bo")
        await one.post("/logout", data={"csrf": await csrf_for(one)})
        assert (await one.get("/whoami")).json()["id"] == "local"


@pytest.mark.parametrize(
    "said",
    [
        {"name": "Ana", "id": "Ana!"},
        {"name": "Ana", "id": "../etc"},
        {"name": "Ana", "id": "x" * 65},
        {"name": "x" * 81},
        {"name": "A\x00na", "id": "ana"},
        {"name": "Ana", "team": "none-such"},
    ],
)
async def test_who_nobody_can_be_is_told_what_is_wrong(said: dict[str, str]) -> None:
    async with ABoard().client() as browser:
        answer = await browser.post("/you", data={"csrf": await csrf_for(browser), **said}, headers=PAGE)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
        assert (await browser.get("/whoami")).json()["id"] == "local"


async def test_where_people_sign_in_nobody_says_who_they_are() -> None:
    board = ABoard(login="tokens")
    async with board.client() as browser:
        await board.sign_in(browser, board.tokens.make("agent"))
        before = (await browser.get("/whoami")).json()["id"]
        browser.cookies.set("handoff-you", Signer(KEY, "you").sign('{"id": "boss"}'), domain="127.0.0.1")
        assert (await browser.get("/whoami")).json()["id"] == before
        said = {"csrf": await csrf_for(browser), "name": "Boss"}
        answer = await browser.post("/you", data=said)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
        shown = await browser.get("/you", headers=PAGE)
        assert "Sign out" in shown.text
        assert "Act as somebody" not in shown.text


async def test_a_planted_you_that_we_did_not_sign_is_nobody() -> None:
    async with ABoard().client() as browser:
        for planted in ('{"id": "boss"}', Signer(b"j" * 32, "you").sign('{"id": "boss"}'), "x.y"):
            browser.cookies.set("handoff-you", planted.replace('"', ""), domain="127.0.0.1")
            assert (await browser.get("/whoami")).json()["id"] == "local"


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Ana María", "ana-maria"),
        ("  ", "local"),
        ("李", "local"),
        ("O'Neil, J.", "o-neil-j"),
        ("a" * 99, "a" * 64),
    ],
)
def test_an_id_is_made_from_a_name(name: str, id: str) -> None:
    assert slug(name) == id


async def test_where_nobody_signs_in_there_is_no_form() -> None:
    async with ABoard().client() as browser:
        assert (await browser.get("/login", headers=PAGE)).headers["location"] == "/"
        said = {"csrf": await csrf_for(browser), "token": "hand_x"}
        assert (await browser.post("/login", data=said)).status_code == 404
        assert (await browser.get("/login/start")).status_code == 404
        assert (await browser.get("/login/return")).status_code == 404
