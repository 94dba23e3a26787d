"""Nobody gets further than signing in before it is known who they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from orchestrator.ledger.port import LedgerUnavailable
from tests import builders as b
from tests.access_builders import PAGE, ABoard


async def test_whoever_sits_at_this_machine_needs_no_login() -> None:
    async with ABoard().client() as browser:
        who = (await browser.get("/whoami")).json()
    assert (who["id"], who["teams"]) == ("local", None)
    assert who["roles"] == ["agent", "auditor", "lead", "ops"]


async def test_where_people_sign_in_a_browser_is_sent_there_and_a_program_is_told() -> None:
    async with ABoard(login="tokens").client() as browser:
        page = await browser.get("/whoami?a=1&b=/2", headers=PAGE)
        program = await browser.get("/whoami")
        write = await browser.post("/change", headers=PAGE)
    assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2Fwhoami%3Fa%3D1%26b%3D%2F2")
    assert program.status_code == 401
    assert program.headers["www-authenticate"].startswith("Bearer")
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json()["code"] == "sign-in-first"
    assert write.status_code == 401, "what was typed in is not lost on a redirect without a word"


async def test_what_is_not_there_is_not_told_to_who_is_not_signed_in() -> None:
    async with ABoard(login="tokens").client() as browser:
        assert (await browser.get("/nowhere")).status_code == 401
        assert (await browser.get("/static/icon.svg")).status_code == 200


async def test_a_token_lets_a_program_in_with_its_roles_and_teams() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("agent", teams=frozenset({"billing"}))
    async with board.client() as program:
        who = (await program.get("/whoami", headers={"authorization": f"Bearer {secret}"})).json()
        write = await program.post("/change", headers={"authorization": f"bearer {secret}"}, data={"a": "1"})
    assert (who["name"], who["roles"], who["teams"]) == ("ci", ["agent"], ["billing"])
    assert who["id"].startswith("token:")
    assert write.json() == {"a": "1"}, "no page sent it, so that nobody can have forged it"


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer hand_x", "Bearer hand_ÿ", "BEARER x y z"])
@pytest.mark.parametrize("login", ["none", "tokens"])
async def test_a_wrong_token_lets_nobody_in_not_even_at_this_machine(header: str, login: str) -> None:
    async with ABoard(login=login).client() as program:
        answer = await program.get("/whoami", headers={"authorization": header.encode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-token")


async def test_a_token_ends_to_the_second_and_when_it_is_revoked() -> None:
    board = ABoard(login="tokens")
    ending, revoked = board.tokens.make("agent", lasts=b.MINUTE), board.tokens.make("agent")
    async with board.client() as program:

        async def status(secret: str) -> int:
            headers = {"authorization": f"Bearer {secret}"}
            return (await program.get("/whoami", headers=headers)).status_code

        board.clock.advance(timedelta(seconds=59))
        assert (await status(ending), await status(revoked)) == (200, 200)
        board.clock.advance(timedelta(seconds=1))
        board.tokens.revoke(revoked)
        assert (await status(ending), await status(revoked)) == (401, 401)


async def test_a_token_whose_role_is_not_known_any_more_gives_nothing() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("king", "agent")
    async with board.client() as program:
        who = await program.get("/whoami", headers={"authorization": f"Bearer {secret}"})
    assert who.json()["roles"] == ["agent"]


async def test_a_use_is_noted_once_a_minute_and_every_use_is_a_line_without_the_secret() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("agent")
    with capture_logs() as lines:
        async with board.client("10.0.0.9") as program:
            for _ in range(3):
                await program.get("/whoami", headers={"authorization": f"Bearer {secret}"})
                board.clock.advance(timedelta(seconds=30))
    assert board.tokens.noted == [b.T0, b.T0 + b.MINUTE]
    used = [line for line in lines if line["event"] == "access.token_used"]
    assert [(line["name"], line["path"], line["address"]) for line in used] == [
        ("ci", "/whoami", "10.0.0.9")
    ] * 3
    assert secret not in repr(lines)


async def test_while_the_database_is_away_no_token_lets_anybody_in() -> None:
    board = ABoard(login="tokens")
    secret = board.tokens.make("agent")
    board.tokens.error = LedgerUnavailable("away")
    async with board.client() as program:
        answer = await program.get("/whoami", headers={"authorization": f"Bearer {secret}"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["code"] == "unavailable"


async def test_a_forwarded_board_without_sign_in_is_refused() -> None:
    async with ABoard().client() as browser:
        for header in ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host"):
            answer = await browser.get("/whoami", headers={header: "10.0.0.9"})
            assert (answer.status_code, answer.json()["code"]) == (403, "behind-a-proxy")


async def test_a_proxy_is_believed_only_where_it_was_named() -> None:
    for proxies, believed in (((), "10.0.0.1"), (("10.0.0.1",), "203.0.113.7"), (("10.0.0.2",), "10.0.0.1")):
        board = ABoard(host="0.0.0.0", login="tokens", public_url="https://board.example", proxies=proxies)
        headers = {"authorization": f"Bearer {board.tokens.make('agent')}", "x-forwarded-for": "203.0.113.7"}
        async with board.client("10.0.0.1") as browser:
            assert (await browser.get("/whoami", headers=headers)).json()["address"] == believed


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8400", "localhost.evil.example"])
async def test_a_name_that_is_made_to_lead_here_shows_nothing(host: str) -> None:
    async with ABoard().client() as browser:
        answer = await browser.get("/whoami", headers={"host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong-host")
