"""Who signs out is sent to the provider and back by the browser itself, whose content policy lets them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, expect
from pydantic import SecretStr

from orchestrator.ledger import schema
from streams.board.app import serving
from streams.settings import Board, Postgres, Settings
from tests import servers
from tests.board.loops import Loop
from tests.oidc_provider import CLIENT, SECRET, Provider, a_provider


class Company(NamedTuple):
    """A provider, and a board whose people sign in there."""

    provider: Provider
    board: str


@pytest.fixture
def company(postgres: servers.Postgres) -> Iterator[Company]:
    with ExitStack() as ending:
        name = f"company_{uuid.uuid4().hex}"
        dsn = postgres.create_database(name)
        ending.callback(postgres.drop_database, name)
        loop = Loop()
        ending.callback(loop.close)
        loop.run(schema.upgrade(dsn))
        there = loop.hold(a_provider())
        ending.callback(there.end)
        oidc = {
            "issuer": there.value.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "roles": {"support": "agent"},
            "teams": {"billing-people": "billing"},
        }
        options = Board.model_validate({"login": "oidc", "oidc": oidc, "secret_key": "k" * 40})
        board = loop.hold(serving(Settings(postgres=Postgres(dsn=SecretStr(dsn)), board=options)))
        ending.callback(board.end)
        yield Company(there.value, board.value.rstrip("/"))


@pytest.mark.parametrize("has_scripts", [True, False])
def test_signing_out_leads_through_the_provider(
    has_scripts: bool, company: Company, chromium: Browser
) -> None:
    context = chromium.new_context(java_script_enabled=has_scripts)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(f"{company.board}/you")
    page.get_by_role("link", name="Sign in with your company's account").click()
    expect(page.locator("dl.facts")).to_contain_text("Ana")
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{company.board}/logout/return?state={_state(company, page)}")
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert [cookie["name"] for cookie in context.cookies() if cookie["name"] == "handoff"] == []
    page.goto(f"{company.board}/you")
    expect(page).to_have_url(f"{company.board}/login?next=%2Fyou")
    assert complaints == []
    context.close()


def _state(company: Company, page: Page) -> str:
    page.wait_for_url("**/logout/return?**")
    [asked] = company.provider.ended
    return asked["state"]
