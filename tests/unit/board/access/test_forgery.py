"""What changes something comes from a page of ours, in a size that can be read, and not too often."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.access_builders import HERE, ABoard, csrf_for

OURS = {"origin": HERE, "sec-fetch-site": "same-origin"}


async def test_a_form_of_ours_arrives_whole() -> None:
    async with ABoard().client() as browser:
        token = await csrf_for(browser)
        answer = await browser.post("/change", data={"csrf": token, "note": "ä & ö"}, headers=OURS)
        in_parts = await browser.post(
            "/change", data={"csrf": token, "note": "b"}, files={"file": b"x" * 5_000}, headers=OURS
        )
    assert answer.json() == {"csrf": token, "note": "ä & ö"}
    assert in_parts.json() == {"csrf": token, "note": "b"}


async def test_a_script_of_ours_sends_the_token_in_a_header() -> None:
    async with ABoard().client() as browser:
        token = await csrf_for(browser)
        answer = await browser.post("/take", json={"a": "b" * 100}, headers={**OURS, "X-CSRF-Token": token})
        without = await browser.post("/take", json={"csrf": token}, headers=OURS)
    assert answer.json()["bytes"] > 100
    assert (without.status_code, without.json()["code"]) == (403, "forged")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PURGE"])
async def test_nothing_that_changes_goes_without_a_token(method: str) -> None:
    async with ABoard().client() as browser:
        answer = await browser.request(method, "/change", headers=OURS)
    assert (answer.status_code, answer.json()["code"]) == (403, "forged")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://127.0.0.1:9999"},
    ],
)
async def test_another_site_is_refused_even_with_a_token(headers: dict[str, str]) -> None:
    async with ABoard().client() as browser:
        token = await csrf_for(browser)
        answer = await browser.post("/change", data={"csrf": token}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forged")


async def test_a_token_of_one_person_is_none_of_another() -> None:
    board = ABoard(login="tokens")
    async with board.client() as ana, board.client() as bo:
        await board.sign_in(ana, board.tokens.make("agent"))
        await board.sign_in(bo, board.tokens.make("agent"))
        of_ana, of_bo = await csrf_for(ana), await csrf_for(bo)
        assert (await bo.post("/change", data={"csrf": of_ana}, headers=OURS)).status_code == 403
        assert (await bo.post("/change", data={"csrf": of_bo}, headers=OURS)).status_code == 200


async def test_a_session_beside_a_wrong_token_is_not_used() -> None:
    board = ABoard(login="tokens")
    async with board.client() as ana:
        await board.sign_in(ana, board.tokens.make("agent"))
        answer = await ana.post("/change", headers={"authorization": "Bearer hand_wrong"})
        other_scheme = await ana.post("/change", headers={"authorization": "Basic YTpi"})
    assert answer.status_code == 401
    assert other_scheme.json()["code"] == "forged", "another scheme is no token, and excuses nothing"


async def test_more_than_anybody_has_to_say_is_not_read() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 4_096

    board = ABoard(body_limit=10_000, login="tokens")
    token = {"authorization": f"Bearer {board.tokens.make('agent')}"}
    async with board.client() as program:
        said = await program.post("/take", content=b"x" * 10_001, headers=token)
        unsaid = await program.post("/take", content=endless(), headers=token)
        just = await program.post("/take", content=b"x" * 10_000, headers=token)
        lying = await program.post("/take", content=b"x", headers={**token, "content-length": "-1"})
    assert (said.status_code, said.json()["code"]) == (413, "too-large")
    assert unsaid.status_code == 413
    assert just.json() == {"bytes": 10_000}
    assert lying.status_code == 413


async def test_a_viewer_who_changes_too_often_waits_and_others_do_not() -> None:
    board = ABoard(login="tokens", rates={"writes": "2/minute"})
    fast, other = board.tokens.make("agent"), board.tokens.make("agent")
    async with board.client() as program:

        async def write(secret: str) -> int:
            headers = {"authorization": f"Bearer {secret}"}
            answer = await program.post("/take", headers=headers)
            if answer.status_code == 429:
                assert 1 <= int(answer.headers["retry-after"]) <= 60
                assert answer.json()["code"] == "too-many"
                assert (await program.get("/whoami", headers=headers)).status_code == 200, "reading is free"
            return answer.status_code

        assert [await write(fast) for _ in range(3)] == [200, 200, 429]
        assert await write(other) == 200


async def test_what_others_forge_does_not_use_up_what_somebody_may_do() -> None:
    async with ABoard(rates={"writes": "2/minute"}).client() as browser:
        for _ in range(5):
            forged = await browser.post("/change", headers={"origin": "https://evil.example"})
            assert forged.status_code == 403
        answer = await browser.post("/change", data={"csrf": await csrf_for(browser)}, headers=OURS)
    assert answer.status_code == 200


async def test_many_wrong_tokens_close_an_address_but_not_to_a_token_that_was_good() -> None:
    board = ABoard(login="tokens", rates={"bad_tokens": "3/minute"})
    good, late = board.tokens.make("agent"), board.tokens.make("agent")
    async with board.client("10.0.0.9") as program, board.client("10.0.0.8") as elsewhere:

        async def status(secret: str) -> int:
            headers = {"authorization": f"Bearer {secret}"}
            return (await program.get("/whoami", headers=headers)).status_code

        assert await status(good) == 200
        assert [await status(f"hand_{each}") for each in range(5)] == [401, 401, 401, 429, 429]
        looked_up = board.tokens.looked_up
        assert await status("hand_more") == 429
        assert board.tokens.looked_up == looked_up, "the database is not asked"
        assert await status(good) == 200, "one bad program does not lock out the others of its address"
        assert await status(late) == 429
        headers = {"authorization": f"Bearer {late}"}
        assert (await elsewhere.get("/whoami", headers=headers)).status_code == 200
