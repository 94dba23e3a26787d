"""Every address of the board, as people come to it who may see less than all: nothing leaks anywhere."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlalchemy import select
from starlette.routing import Mount, Route
from structlog.testing import capture_logs

from orchestrator.board.access.admission import OPEN
from orchestrator.board.access.tokens import digest, mint
from orchestrator.board.app import ROUTES, VIEWS
from orchestrator.board.doing import ACTIONS
from orchestrator.ledger import schema
from orchestrator.ledger.access import AccessTokens
from orchestrator.ledger.tables import handoffs
from orchestrator.wall_clock import SystemClock
from streams.board.app import serving
from streams.settings import Board, Postgres, Settings
from tests import builders as b
from tests.board.world import World, a_policy, seed

pytestmark = [pytest.mark.postgres, pytest.mark.asyncio(loop_scope="module")]

PAGE = {"accept": "text/html"}
_LONGEST_S = 2.0
"""Of a stream, so much is read."""


@dataclass
class Seen:
    """A handoff as it is in the database."""

    id: uuid.UUID
    case: str
    sending: str
    receiving: str
    customer: str


@dataclass
class Floor:
    """A running board, what is in its database, and a token for whoever a test wants to be."""

    address: str
    tokens: AccessTokens
    world: World
    handoffs: list[Seen] = field(default_factory=list)

    async def come_as(self, *roles: str, teams: list[str] | None) -> httpx.AsyncClient:
        secret, now = mint(), SystemClock().now()
        await self.tokens.create(
            digest(secret),
            name="somebody",
            roles=roles,
            teams=teams,
            created_by="tests",
            expires_at=now + b.HOUR,
            now=now,
        )
        headers = {"authorization": f"Bearer {secret}"}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=60)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def floor(postgres: Any) -> AsyncIterator[Floor]:
    name = f"every_address_{uuid.uuid4().hex}"
    dsn = postgres.create_database(name)
    world = await seed(dsn, now=SystemClock().now(), days=1)
    options = {"login": "tokens", "secret_key": "k" * 40, "rates": {"writes": "10000/minute"}}
    settings = Settings(postgres=Postgres(dsn=SecretStr(dsn)), board=Board.model_validate(options))
    tokens = AccessTokens(dsn)
    async with serving(settings, a_policy()) as address:
        yield Floor(address, tokens, world, await _all(dsn))
    await tokens.close()
    postgres.drop_database(name)


async def _all(dsn: str) -> list[Seen]:
    db = schema.engine(dsn)
    query = select(
        handoffs.c.id,
        handoffs.c.case_id,
        handoffs.c.sending_team,
        handoffs.c.receiving_team,
        handoffs.c.request,
    )
    async with db.connect() as connection:
        rows = (await connection.execute(query)).all()
    await db.dispose()
    customers = [row.request.get("customer") or {} for row in rows]
    return [
        Seen(row.id, row.case_id, row.sending_team, row.receiving_team, who.get("name") or "")
        for row, who in zip(rows, customers, strict=True)
    ]


def addresses(method: str, of: Seen, *, is_streamed: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (path as the table has it, address to ask) of all routes of a method, filled in for a handoff."""
    fill = {
        "id:uuid": str(of.id),
        "team": of.receiving,
        "view": "board",
        "id": "billing",
        "action": "accept",
    }
    for route in ROUTES:
        assert isinstance(route, Route | Mount), f"a kind of route that this test does not know: {route}"
        if isinstance(route, Mount) or method not in (route.methods or ()):
            continue
        if (route.path in ("/live/{view}", "/api/v1/events")) is not is_streamed:
            continue
        if route.path == "/live/{view}":
            for view in VIEWS:
                yield route.path, f"/live/{view}?since=1&id={of.id}&of={of.receiving}"
            continue
        path = re.sub(r"{([^}]+)}", lambda found: fill[found[1]], route.path)
        query = {"/pop": f"?case={of.case}", "/map/impact/{id}": "?of=billing"}.get(route.path, "")
        yield route.path, path + query


async def read(client: httpx.AsyncClient, address: str) -> tuple[int, str]:
    """Return status and text of an answer; of a stream, what it says within a moment."""
    async with client.stream("GET", address) as answer:
        text = ""
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            try:
                async with asyncio.timeout(_LONGEST_S):
                    async for piece in answer.aiter_text():
                        text += piece
            except TimeoutError:
                pass
        else:
            text = (await answer.aread()).decode()
        return answer.status_code, text


async def all_answers(client: httpx.AsyncClient, of: Seen) -> dict[str, tuple[int, str]]:
    """Return what every address says of a handoff, and of all others on lists."""
    asked = [address for path, address in addresses("GET", of) if path not in OPEN]
    assert len(asked) > 20
    found = {address: await read(client, address) for address in asked}
    streams = [address for _, address in addresses("GET", of, is_streamed=True)]
    said = await asyncio.gather(*(read(client, address) for address in streams))
    found |= dict(zip(streams, said, strict=True))
    for address in ("/", "/board", "/map", f"/handoffs/{of.id}", f"/queue/{of.receiving}", "/reports/cases"):
        async with client.stream("GET", address, headers=PAGE, follow_redirects=True) as page:
            found[f"{address} as a page"] = page.status_code, (await page.aread()).decode()
    return found


def leaks(answers: dict[str, tuple[int, str]], secrets: set[str], of: Seen) -> dict[str, set[str]]:
    """Return address -> what it says that it must not; what was asked for by name may be told back."""
    found = {}
    for address, (status, text) in answers.items():
        assert status < 500, (address, text[:300])
        told = secrets - {str(of.id), *([of.case] if address.startswith("/pop") else [])}
        if leaked := {each for each in told if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text)}:
            found[address] = leaked
    return found


def of_named(floor: Floor, name: str) -> Seen:
    return next(each for each in floor.handoffs if each.id == floor.world.id(name))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What is logged of some hundred requests would hide what failed."""
    with capture_logs():
        yield


async def test_who_is_not_signed_in_gets_nowhere(floor: Floor) -> None:
    of = of_named(floor, "breached")
    async with httpx.AsyncClient(base_url=floor.address) as nobody:
        for streamed in (False, True):
            for path, address in addresses("GET", of, is_streamed=streamed):
                if path in OPEN:
                    continue
                program, person = await nobody.get(address), await nobody.get(address, headers=PAGE)
                assert program.status_code == 401, address
                is_api = path.startswith("/api/")
                assert person.status_code == (401 if is_api else 303), address
                assert of.case not in program.text + person.text.replace(f"case={of.case}", "")
        for path, address in addresses("POST", of):
            assert (await nobody.post(address)).status_code == (403 if path in OPEN else 401), address


async def test_nothing_is_changed_by_a_session_without_a_token_of_our_pages(floor: Floor) -> None:
    of = of_named(floor, "breached")
    secret, now = mint(), SystemClock().now()
    await floor.tokens.create(
        digest(secret),
        name="s",
        roles=["agent", "lead"],
        teams=None,
        created_by="tests",
        expires_at=now + b.HOUR,
        now=now,
    )
    async with httpx.AsyncClient(base_url=floor.address, headers=PAGE) as browser:
        form = await browser.get("/login")
        found = re.search(r'name="csrf" value="([^"]+)"', form.text)
        assert found is not None
        await browser.post("/login", data={"token": secret, "csrf": found[1]})
        assert (await browser.get("/you")).status_code == 200
        for _, address in addresses("POST", of):
            answer = await browser.post(address, data={"press": "p", "csrf": found[1]})
            assert answer.status_code == 403, address


async def test_who_belongs_to_no_team_sees_no_case_and_no_customer_anywhere(floor: Floor) -> None:
    of = of_named(floor, "breached")
    async with await floor.come_as("agent", "lead", teams=[]) as outsider:
        answers = await all_answers(outsider, of)
    secret = {each.case for each in floor.handoffs}
    secret |= {each.customer for each in floor.handoffs if each.customer}
    assert leaks(answers, secret, of) == {}
    # Who comes back to a stream of data is told the bare ids of what was closed meanwhile, whosever it was.
    pages = {at: told for at, told in answers.items() if "/live/changes" not in at and "/events" not in at}
    assert leaks(pages, {str(each.id) for each in floor.handoffs}, of) == {}


async def test_who_belongs_to_one_team_sees_its_cases_only(floor: Floor) -> None:
    team = "billing"
    others = [each for each in floor.handoffs if team not in (each.sending, each.receiving)]
    theirs = [each for each in floor.handoffs if team in (each.sending, each.receiving)]
    cases = {each.case for each in others} - {each.case for each in theirs}
    assert len(cases) >= 5
    of = next(each for each in others if each.case in cases)
    async with await floor.come_as("agent", "lead", teams=[team]) as agent:
        answers = await all_answers(agent, of)
        own = await all_answers(agent, next(each for each in theirs if each.receiving == team))
    assert leaks(answers | own, cases, of) == {}
    assert any(theirs[0].case in text for _, text in own.values()), "else nothing was shown at all"


async def test_what_one_may_not_see_sounds_like_what_is_not_there(floor: Floor) -> None:
    team = "billing"
    of = next(each for each in floor.handoffs if team not in (each.sending, each.receiving))
    nowhere = Seen(uuid.uuid4(), "C-0", of.sending, of.receiving, "")
    async with await floor.come_as("agent", "lead", teams=[team]) as agent:
        for method in ("GET", "POST"):
            asked = zip(addresses(method, of), addresses(method, nowhere), strict=True)
            for (path, hidden), (_, missing) in asked:
                if "{id:uuid}" not in path and path != "/pop":
                    continue
                headers = {"idempotency-key": "k", "content-type": "application/json"}
                body = b"{}" if method == "POST" else b""
                answers = [
                    await agent.request(method, each, headers=headers, content=body)
                    for each in (hidden, missing)
                ]
                told = [
                    re.sub(
                        rf"{of.id}|{nowhere.id}|{of.case}|C-0|20\d\d-[\d:T.-]+|[\w-]+\.[0-9a-f]{{64}}",
                        "",
                        each.text,
                    )
                    for each in answers
                ]
                assert {each.status_code for each in answers} <= {404, 422, 200 if path == "/pop" else 404}, (
                    path
                )
                assert told[0] == told[1], path


async def test_ops_see_that_cases_are_there_and_never_whose_or_what_was_said(floor: Floor) -> None:
    async with await floor.come_as("ops", teams=[]) as ops:
        answers = {}
        for name in ("breached", "hostile-accepted"):
            answers |= await all_answers(ops, of_named(floor, name))
    assert any(of_named(floor, "breached").case in text for _, text in answers.values())
    # A word of a name that is also an agent's or a team's says nothing of a customer.
    names = {each.customer for each in floor.handoffs if len(each.customer) > 3}
    assert len(names) >= 10
    assert leaks(answers, names, of_named(floor, "breached")) == {}


async def test_an_auditor_sees_all_and_changes_nothing(floor: Floor) -> None:
    of = of_named(floor, "fresh")
    async with await floor.come_as("auditor", teams=[]) as auditor:
        assert (await auditor.get(f"/handoffs/{of.id}", headers=PAGE)).status_code == 200
        for action in ACTIONS:
            said = {"reason": {"text": "x"}, "note": "x", "item": "x", "text": "x", "question": "x"}
            answer = await auditor.post(
                f"/api/v1/handoffs/{of.id}/{action}", json=said, headers={"idempotency-key": f"a-{action}"}
            )
            form = await auditor.post(f"/handoffs/{of.id}/{action}", data={"press": "p", "note": "x"})
            assert 400 <= answer.status_code < 500, (action, answer.text)
            assert 400 <= form.status_code < 500, (action, form.text[:200])
