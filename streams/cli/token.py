"""`handoff token`: tokens that let programs use the board, and people where there is no provider."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.text import Text

from handoff_templates import durations, load
from handoff_templates.problems import suggestion
from orchestrator.board.access.tokens import digest, mint
from orchestrator.board.access.viewer import Role
from orchestrator.ledger.access import AccessToken, AccessTokens
from orchestrator.ledger.reading import reading
from orchestrator.wall_clock import SystemClock
from streams.cli.errors import BadInput, WrongUsage
from streams.cli.lines import full_time
from streams.cli.output import Json, emit, note, out, table
from streams.cli.places import dsn_of, find
from streams.cli.running import run
from streams.settings import Settings

app = typer.Typer(help="Let programs and people use the board.", no_args_is_help=True)


@app.command()
def create(
    name: Annotated[str, typer.Option(help="What or who it is for; shown beside what is done with it.")],
    role: Annotated[list[Role], typer.Option(help="What it may do; may be given again.")],
    team: Annotated[
        list[str] | None, typer.Option(help="A team of its agent or lead; may be given again.")
    ] = None,
    all_teams: Annotated[bool, typer.Option("--all-teams", help="All teams, also those of later.")] = False,
    expires: Annotated[str, typer.Option(help="After how long it ends.")] = "90d",
    as_json: Json = False,
) -> None:
    """Make a token. It is shown this once; what is stored tells only whether one is it."""
    settings = find()
    now = SystemClock().now()
    try:
        expires_at = now + durations.parse(expires)
    except ValueError as error:
        raise WrongUsage(f"--expires: {error}") from None
    if not name.strip() or len(name) > 200 or not name.isprintable():
        raise WrongUsage("--name: write 1 to 200 printable characters")
    teams = _teams(settings, role, team or [], all_teams)
    secret = mint()

    async def work() -> AccessToken:
        async with _tokens(settings) as tokens:
            return await tokens.create(
                digest(secret),
                name=name.strip(),
                roles=[each.value for each in role],
                teams=teams,
                created_by=getpass.getuser(),
                expires_at=expires_at,
                now=now,
            )

    made = run(work())
    if as_json:
        emit({**_as_json(made, now), "token": secret})
        return
    # Alone on stdout, so that it can be piped to where it is kept.
    typer.echo(secret)
    note(f"keep it now: it is not shown again; it ends at {full_time(made.expires_at)} (id {made.id})")


@app.command("list")
def list_(
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that were revoked or have ended.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List tokens, the newest first."""
    settings, now = find(), SystemClock().now()

    async def work() -> list[AccessToken]:
        async with _tokens(settings) as tokens:
            return await tokens.every()

    found = [each for each in run(work()) if everything or each.is_valid(now)]
    if as_json:
        for each in found:
            emit(_as_json(each, now))
    elif not found:
        out().print("no tokens")
    else:
        columns = ("id", "name", "roles", "teams", "by", "ends", "last used", "state")
        table("", columns, [_row(each, now) for each in found])


@app.command()
def revoke(
    tokens: Annotated[
        list[str], typer.Argument(help="Ids or names, as list shows them.", metavar="[TOKEN]...")
    ],
    as_json: Json = False,
) -> None:
    """Let tokens in no more, from this moment on; who signed in with one is signed out."""
    settings, now = find(), SystemClock().now()

    async def work() -> list[AccessToken]:
        async with _tokens(settings) as store:
            found = _called(await store.every(), tokens, now)
            await store.revoke([each.id for each in found], now)
            return found

    for each in run(work()):
        if as_json:
            emit({"id": str(each.id), "name": each.name, "revoked": True})
        else:
            out().print(f"revoked {each.name} ({each.id})")


@asynccontextmanager
async def _tokens(settings: Settings) -> AsyncIterator[AccessTokens]:
    dsn = dsn_of(settings)
    async with reading(dsn):  # says so where the schema is missing
        tokens = AccessTokens(dsn)
    try:
        yield tokens
    finally:
        await tokens.close()


def _teams(settings: Settings, roles: list[Role], teams: list[str], all_teams: bool) -> list[str] | None:
    """Return the teams of a token; None for all.

    Raises:
        WrongUsage: it is not said which, or said twice.
        BadInput: there is no such team.
    """
    if all_teams:
        if teams:
            raise WrongUsage("give --team or --all-teams, not both")
        return None
    known = sorted(load(settings.templates).rules.teams)
    for team in teams:
        if team not in known:
            raise BadInput(f"there is no team {team!r}; {suggestion(team, known)}")
    if not teams and not {Role.AGENT, Role.LEAD}.isdisjoint(roles):
        raise WrongUsage("an agent and a lead belong to teams: give --team, or --all-teams")
    return teams


def _called(tokens: list[AccessToken], names: list[str], now: datetime) -> list[AccessToken]:
    """Return the valid tokens of these ids or names.

    Raises:
        BadInput: there is none, or a name stands for several.
    """
    found: dict[UUID, AccessToken] = {}
    for name in names:
        called = [each for each in tokens if str(each.id) == name]
        called = called or [each for each in tokens if each.name == name and each.is_valid(now)]
        if not called:
            raise BadInput(f"there is no valid token {name!r}: see `handoff token list`")
        if len(called) > 1:
            ids = ", ".join(str(each.id) for each in called)
            raise BadInput(f"{len(called)} tokens are called {name!r}: give one of their ids: {ids}")
        found[called[0].id] = called[0]
    return list(found.values())


def _state(token: AccessToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "valid" if token.is_valid(now) else "ended"


def _row(token: AccessToken, now: datetime) -> tuple[str | Text, ...]:
    state = _state(token, now)
    return (
        str(token.id),
        token.name,
        ", ".join(sorted(token.roles)),
        "all" if token.teams is None else ", ".join(sorted(token.teams)) or "none",
        token.created_by,
        full_time(token.expires_at),
        full_time(token.used_at) if token.used_at else "never",
        Text(state, style="" if state == "valid" else "dim"),
    )


def _as_json(token: AccessToken, now: datetime) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "roles": sorted(token.roles),
        "teams": sorted(token.teams) if token.teams is not None else None,
        "created_by": token.created_by,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
        "used_at": token.used_at.isoformat() if token.used_at else None,
        "state": _state(token, now),
    }
