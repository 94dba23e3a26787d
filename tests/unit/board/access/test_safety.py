"""Whatever is answered carries the headers that browsers obey, and tells nobody's secrets."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from tests.access_builders import PAGE, ABoard

PUBLIC = {"host": "0.0.0.0", "public_url": "https://board.example", "login": "tokens"}


@pytest.mark.parametrize("path", ["/whoami", "/nowhere", "/fail", "/hidden", "/static/icon.svg", "/you"])
async def test_every_answer_carries_them(path: str) -> None:
    with capture_logs():
        async with ABoard().client() as browser:
            headers = (await browser.get(path)).headers
    policy = dict(each.strip().partition(" ")[::2] for each in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "plain loopback stays plain"


async def test_refusals_carry_them_too() -> None:
    async with ABoard().client() as browser:
        wrong_host = await browser.get("/whoami", headers={"host": "evil.example"})
        forged = await browser.post("/change")
    for answer in (wrong_host, forged):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


async def test_pages_with_data_are_not_kept_and_static_files_are() -> None:
    async with ABoard().client() as browser:
        assert (await browser.get("/whoami")).headers["cache-control"] == "no-store"
        assert "immutable" in (await browser.get("/static/icon.svg")).headers["cache-control"]


async def test_a_screen_pop_may_be_framed_by_those_who_were_named_and_nothing_else_may() -> None:
    async with ABoard(embed_origins=["https://phone.example"]).client() as browser:

        async def framers(path: str) -> str:
            return (
                (await browser.get(path)).headers["content-security-policy"].partition("frame-ancestors ")[2]
            )

        assert await framers("/whoami?embed=1") == "'self' https://phone.example"
        assert await framers("/whoami") == "'none'"
        assert await framers("/whoami?embed=0&embed=1") == "'none'"
        assert await framers("/whoami?embed=https://evil.example") == "'none'"
    async with ABoard().client() as browser:
        assert await framers("/whoami?embed=1") == "'self'"


async def test_over_https_browsers_never_come_back_in_the_clear() -> None:
    board = ABoard(**PUBLIC)
    async with board.client("10.0.0.1") as browser:
        answer = await browser.get("/login", headers=PAGE)
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-handoff-visit=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "domain" not in cookie.lower()


async def test_only_a_board_that_others_may_frame_sends_its_cookies_into_frames() -> None:
    for framers, same_site in (([], "SameSite=lax"), (["https://phone.example"], "SameSite=none")):
        async with ABoard(**PUBLIC, embed_origins=framers).client("10.0.0.1") as browser:
            cookie = (await browser.get("/login", headers=PAGE)).headers["set-cookie"]
        assert {same_site, "Secure"} <= set(cookie.split("; "))


async def test_our_own_fault_is_logged_and_tells_who_asked_nothing() -> None:
    with capture_logs() as lines:
        async with ABoard().client() as browser:
            program = await browser.get("/fail")
            person = await browser.get("/fail", headers=PAGE)
    assert (program.status_code, program.json()["code"]) == (500, "failed")
    assert person.status_code == 500
    assert "secret" not in program.text + person.text
    assert [line["path"] for line in lines if line["event"] == "board.failed"] == ["/fail", "/fail"]


async def test_problems_are_pages_for_people_and_details_for_programs() -> None:
    async with ABoard().client() as browser:
        program = await browser.get("/hidden")
        person = await browser.get("/hidden", headers=PAGE)
        api = await browser.get("/api/v1/none", headers=PAGE)
    assert program.headers["content-type"] == "application/problem+json"
    assert program.json() == {
        "type": "urn:handoff:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no such handoff",
        "instance": "/hidden",
        "code": "not-found",
    }
    assert (person.status_code, person.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such handoff" in person.text
    assert api.headers["content-type"] == "application/problem+json"


async def test_every_refusal_is_a_line_and_what_is_not_there_is_none() -> None:
    with capture_logs() as lines:
        async with ABoard().client("10.0.0.9") as browser:
            await browser.post("/change")
            await browser.get("/whoami", headers={"host": "evil.example"})
            await browser.get("/hidden")
    refused = [line for line in lines if line["event"] == "access.refused"]
    assert [(line["code"], line["viewer"], line["address"], line["path"]) for line in refused] == [
        ("forged", "local", "10.0.0.9", "/change"),
        ("wrong-host", None, "10.0.0.9", "/whoami"),
    ]
