"""People sign in at a real provider over HTTP; what it says wrongly lets nobody in."""

from __future__ import annotations

import asyncio
import html
import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from structlog.testing import capture_logs

from orchestrator.board.access.discovery import Discovery
from orchestrator.board.access.oidc import Provider as ProviderClient
from orchestrator.board.access.options import Oidc
from orchestrator.board.access.refusals import ProviderAway
from orchestrator.ledger import schema
from orchestrator.wall_clock import SystemClock
from streams.board.app import serving
from streams.settings import Board, Postgres, Settings
from tests.fakes import ManualClock
from tests.oidc_provider import CLIENT, SECRET, Provider, a_provider

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]

PAGE = {"accept": "text/html"}
MAPS = {
    "roles": {"support": "agent", "leads": "lead"},
    "teams": {"billing-people": "billing", "all-people": "*"},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Provider]:
    async with a_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: Provider) -> Provider:
    """The provider, which says everything as it should be."""
    running.be_right()
    return running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def board(running: Provider, postgres: Any) -> AsyncIterator[str]:
    name = f"board_oidc_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    await schema.upgrade(dsn)
    oidc = {"issuer": running.issuer, "client_id": CLIENT, "client_secret": SECRET, **MAPS}
    options = {"login": "oidc", "oidc": oidc, "secret_key": "k" * 40, "rates": {"sign_ins": "1000/minute"}}
    settings = Settings(postgres=Postgres(dsn=SecretStr(dsn)), board=Board.model_validate(options))
    async with serving(settings) as address:
        yield address
    postgres.drop_database(name)


@pytest_asyncio.fixture(loop_scope="module")
async def browser(board: str, provider: Provider) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=board, headers=PAGE) as client:
        yield client


async def go_to_provider(browser: httpx.AsyncClient, target: str = "/you") -> httpx.URL:
    """Begin a sign-in, let the provider agree, and return where it sends the browser back to."""
    sent = await browser.get("/login/start", params={"next": target})
    assert sent.status_code == 303, sent.text
    agreed = await browser.get(sent.headers["location"])
    return httpx.URL(agreed.headers["location"])


def told(page: httpx.Response) -> str:
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def test_somebody_signs_in_and_is_who_the_provider_says(browser: httpx.AsyncClient) -> None:
    wanted = await browser.get("/you?a=1")
    assert wanted.headers["location"].startswith("/login?next=%2Fyou")
    form = await browser.get(wanted.headers["location"])
    assert "/login/start?next=" in form.text
    back = await go_to_provider(browser, "/you?a=1")
    signed_in = await browser.get(back)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/you?a=1")
    cookie = next(each for each in signed_in.headers.get_list("set-cookie") if each.startswith("handoff="))
    assert {"HttpOnly", "SameSite=lax", "Max-Age=43200"} <= set(cookie.split("; "))
    me = told(await browser.get("/you"))
    assert "Name Ana Id u-7 Roles Agent Teams Billing" in me


async def test_the_request_to_the_provider_is_bound_to_this_sign_in(browser: httpx.AsyncClient) -> None:
    asked = []
    for _ in range(2):
        sent = await browser.get("/login/start")
        asked.append(parse_qs(urlsplit(sent.headers["location"]).query))
    for each in asked:
        assert each["scope"] == ["openid profile email"]
        assert each["code_challenge_method"] == ["S256"]
        assert each["redirect_uri"] == [f"{browser.base_url}/login/return".replace("//login", "/login")]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[0][name] != asked[1][name]
        assert len(asked[0][name][0]) >= 43


@pytest.mark.parametrize(
    "over",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": CLIENT},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 9_999_999_999},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"groups": ["strangers"]},
        {"groups": None},
    ],
    ids=str,
)
async def test_a_wrong_claim_lets_nobody_in(
    browser: httpx.AsyncClient, provider: Provider, over: dict[str, Any]
) -> None:
    provider.over = over
    answer = await browser.get(await go_to_provider(browser))
    assert answer.status_code == 403, answer.headers
    assert "handoff=" not in str(answer.headers.get_list("set-cookie"))
    assert (await browser.get("/you")).status_code == 303


async def test_another_signature_lets_nobody_in(browser: httpx.AsyncClient, provider: Provider) -> None:
    provider.signs_with = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await browser.get(await go_to_provider(browser))).status_code == 403
    provider.sign_with_a_secret()
    assert (await browser.get(await go_to_provider(browser))).status_code == 403


async def test_a_providers_keys_are_kept(browser: httpx.AsyncClient, provider: Provider) -> None:
    assert (await browser.get(await go_to_provider(browser))).status_code == 303
    asked = provider.keys_asked
    assert (await browser.get(await go_to_provider(browser))).status_code == 303
    assert provider.keys_asked == asked


async def test_what_came_back_once_does_not_count_again(
    browser: httpx.AsyncClient, provider: Provider
) -> None:
    back = await go_to_provider(browser)
    held = httpx.Cookies(browser.cookies)
    assert (await browser.get(back)).status_code == 303
    browser.cookies = held
    again = await browser.get(back)
    assert again.status_code == 403
    assert "used already" in told(again)


async def test_what_another_browser_began_does_not_count(board: str, browser: httpx.AsyncClient) -> None:
    async with httpx.AsyncClient(base_url=board, headers=PAGE) as attacker:
        back = await go_to_provider(attacker)
    assert (await browser.get(back)).status_code == 403, "it began none"
    await go_to_provider(browser)
    assert (await browser.get(back)).status_code == 403, "it began another one"


@pytest.mark.parametrize("changed", [{"state": "x"}, {"state": ""}, {"code": "wrong"}, {"code": ""}])
async def test_what_was_changed_on_its_way_back_does_not_count(
    browser: httpx.AsyncClient, changed: dict[str, str]
) -> None:
    back = await go_to_provider(browser)
    assert (await browser.get(back.copy_merge_params(changed))).status_code == 403
    assert (await browser.get("/you")).status_code == 303


async def test_who_is_refused_by_the_provider_is_told(browser: httpx.AsyncClient, provider: Provider) -> None:
    provider.refuses = True
    answer = await browser.get(await go_to_provider(browser))
    assert answer.status_code == 403
    assert "access_denied" in told(answer)


async def test_a_document_of_another_issuer_is_not_believed(provider: Provider) -> None:
    provider.document = {"issuer": "https://evil.example"}
    oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, teams={"all": "*"})
    with pytest.raises(ProviderAway, match="HANDOFF_BOARD__OIDC__ISSUER has to be just that"):
        await ProviderClient(oidc, SystemClock()).begin("http://127.0.0.1:1/login/return")


@pytest.mark.parametrize("lacking", ["token_endpoint", "jwks_uri"])
async def test_a_document_that_lacks_something_is_said(provider: Provider, lacking: str) -> None:
    provider.document = {lacking: None}
    with pytest.raises(ProviderAway, match=f"lacks {lacking}"):
        await Discovery(provider.issuer, SystemClock()).document()


async def test_new_keys_are_read_when_one_is_not_known_but_not_at_each_wrong_one(provider: Provider) -> None:
    clock = ManualClock(SystemClock().now())
    discovery, asked = Discovery(provider.issuer, clock), provider.keys_asked

    def signed() -> str:
        header = {"alg": "RS256", "kid": provider.key.kid}
        return jwt.encode(header, {}, provider.key, algorithms=["RS256"])

    old = signed()
    await discovery.keys_for(old)
    provider.change_keys()
    for _ in range(3):
        await discovery.keys_for(signed())
    assert provider.keys_asked == asked + 1, "a stream of wrong tokens asks for no more"
    clock.advance(timedelta(seconds=31))
    keys = await discovery.keys_for(signed())
    assert provider.keys_asked == asked + 2
    assert [key.kid for key in keys.keys] == [provider.key.kid]


async def test_a_provider_that_is_away_is_said() -> None:
    oidc = Oidc(issuer="http://127.0.0.1:1", client_id=CLIENT, teams={"all": "*"})
    with pytest.raises(ProviderAway, match="the provider does not answer at"):
        await ProviderClient(oidc, SystemClock()).begin("http://127.0.0.1:1/login/return")


async def sign_out(browser: httpx.AsyncClient) -> httpx.Response:
    page = await browser.get("/you")
    found = re.search(r'action="/logout"><input type="hidden" name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return await browser.post("/logout", data={"csrf": found[1]})


def leads_on_to(page: httpx.Response) -> str:
    """Where a page sends the browser of itself, and by the link for those that do not go."""
    [refresh] = re.findall(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', page.text)
    [link] = re.findall(r'<a class="button primary" href="([^"]+)">', page.text)
    assert refresh == link
    return html.unescape(link)


async def test_who_signs_out_has_to_sign_in_again_and_is_sent_to_sign_out_there(
    browser: httpx.AsyncClient, provider: Provider
) -> None:
    await browser.get(await go_to_provider(browser))
    stolen = httpx.Cookies(browser.cookies)
    left = await sign_out(browser)
    assert (left.status_code, (await browser.get("/you")).status_code) == (200, 303)
    there = leads_on_to(left)
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(f"{provider.issuer}/end-session?realm=support&")
    assert asked["client_id"] == [CLIENT]
    assert asked["post_logout_redirect_uri"] == [f"{str(browser.base_url).rstrip('/')}/logout/return"]
    assert len(asked["state"][0]) >= 43
    assert asked.keys() == {"realm", "client_id", "post_logout_redirect_uri", "state"}
    back = (await browser.get(there)).headers["location"]
    page = await browser.get(back)
    assert (page.status_code, "You are signed out" in page.text) == (200, True)
    assert "refresh" not in page.text
    assert (await browser.get(back)).headers["location"] == "/login", "its state counts once"
    browser.cookies = stolen
    assert (await browser.get("/you")).status_code == 303, "a copy of the cookie is worth nothing"


async def test_who_comes_back_from_signing_out_with_another_state_is_told_nothing(
    browser: httpx.AsyncClient,
) -> None:
    assert (await browser.get("/logout/return")).headers["location"] == "/login"
    await browser.get(await go_to_provider(browser))
    await sign_out(browser)
    for state in ("", "another", "ä"):
        answer = await browser.get("/logout/return", params={"state": state})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


async def test_signing_out_is_not_begun_by_another_site(browser: httpx.AsyncClient) -> None:
    await browser.get(await go_to_provider(browser))
    for given in ({"data": {}}, {"data": {"csrf": "x"}}, {"headers": {"sec-fetch-site": "cross-site"}}):
        assert (await browser.post("/logout", **given)).status_code == 403
    assert (await browser.get("/logout")).status_code == 405
    assert (await browser.get("/you")).status_code == 200, "still signed in"


@pytest.mark.parametrize("there", [None, 7, "", "javascript:alert(1)", "//elsewhere.example/out"])
async def test_a_provider_without_a_place_to_sign_out_is_not_asked(provider: Provider, there: Any) -> None:
    provider.document = {"end_session_endpoint": there}
    oidc = Oidc(issuer=provider.issuer, client_id=CLIENT, teams={"all": "*"})
    assert await ProviderClient(oidc, SystemClock()).leave("http://127.0.0.1:1/logout/return") is None


async def test_signing_out_here_needs_no_provider_that_answers(
    browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: Discovery) -> None:
        raise ProviderAway("the provider does not answer")

    await browser.get(await go_to_provider(browser))
    monkeypatch.setattr(Discovery, "document", away)
    with capture_logs() as lines:
        left = await sign_out(browser)
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert (await browser.get("/you")).headers["location"].startswith("/login?")
    assert "access.provider_kept_session" in {line["event"] for line in lines}


async def test_who_is_slow_to_answer_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(_: Discovery) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(Discovery, "document", never)
    monkeypatch.setattr("orchestrator.board.access.oidc._LEAVES_WITHIN_S", 0.01)
    oidc = Oidc(issuer="http://127.0.0.1:1", client_id=CLIENT, teams={"all": "*"})
    assert await ProviderClient(oidc, SystemClock()).leave("http://127.0.0.1:1/logout/return") is None
