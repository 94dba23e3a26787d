"""The screen pop: a phone system opens it when a call is put through, and it leads to the handoff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orchestrator.board.agent.handoff_page import preferences_of, viewer_of
from orchestrator.board.discretion import knows_customer
from orchestrator.board.look.catalogue import gettext
from orchestrator.board.look.environment import url
from orchestrator.board.parts import parts_of
from orchestrator.domain.handoff import Handoff
from orchestrator.ledger import caller, reading
from orchestrator.ledger.caller_keys import FEWEST_CHARACTERS, FEWEST_DIGITS, phone_key

LONGEST: Final = 200


class Sought(NamedTuple):
    """What the address asks for."""

    name: str
    value: str


async def pop(request: Request) -> Response:
    """Lead to the one handoff that is meant, or list those that may be, or say what was looked for."""
    parts, viewer = parts_of(request), viewer_of(request)
    sought = _sought(request)
    embed = "1" if request.query_params.get("embed") == "1" else None
    problem = _problem(sought, gettext(preferences_of(request).language))
    hits: list[Handoff] = []
    if sought is not None and problem is None:
        async with parts.readers.connection() as db:
            found = await _FINDERS[sought.name](db, sought.value)
        hits = [each for each in found if knows_customer(viewer, each)]
        still_open = [each for each in hits if each.status.is_open]
        if len(still_open or hits) == 1:
            return RedirectResponse(
                url(f"/handoffs/{(still_open or hits)[0].id}", embed=embed), status_code=303
            )
        hits.sort(key=lambda each: (not each.status.is_open, -each.requested_at.timestamp()))
    status = 200 if problem is None else 400
    facts = {"sought": sought, "problem": problem, "hits": hits}
    return parts.renderer.page(request, "agent/pop.html.j2", status=status, **facts)


def _sought(request: Request) -> Sought | None:
    named = (Sought(name, request.query_params.get(name, "").strip()) for name in _FINDERS)
    return next((each for each in named if each.value), None)


def _problem(sought: Sought | None, _: Callable[[str], str]) -> str | None:
    if sought is None:
        return _("Name whom to look for: a case, a phone number or a conversation.")
    if len(sought.value) > LONGEST or not sought.value.isprintable():
        return _("That is no id: it is too long, or has control characters.")
    if sought.name == "phone" and phone_key(sought.value) is None:
        return _("A phone number has at least {count} digits.").format(count=FEWEST_DIGITS)
    if sought.name == "conversation" and len(sought.value) < FEWEST_CHARACTERS:
        return _("The id of a conversation has at least {count} characters.").format(count=FEWEST_CHARACTERS)
    return None


async def _by_case(db: AsyncConnection, name: str) -> list[Handoff]:
    """Return the handoffs of a case, or the one handoff with this id."""
    of_case = await reading.handoffs_of_case(db, name)
    if of_case:
        return of_case
    try:
        one = await reading.handoff(db, UUID(name))
    except ValueError:
        return []
    return [one] if one is not None else []


_FINDERS: Final[dict[str, Callable[[AsyncConnection, str], Awaitable[list[Handoff]]]]] = {
    "case": _by_case,
    "phone": caller.by_phone,
    "conversation": caller.by_conversation,
}
