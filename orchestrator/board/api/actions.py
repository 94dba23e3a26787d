"""Doing something with a handoff: an address for each action, with a body made from the desk's command."""

from __future__ import annotations

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.responses import Response

from orchestrator.board import problems
from orchestrator.board.api.endpoint import Call, Endpoint, Handler
from orchestrator.board.api.handoff_models import HandoffState
from orchestrator.board.api.idempotency import Decided, answers_of, key_of
from orchestrator.board.api.one_handoff import state_of, visible_now
from orchestrator.board.api.refusing import saying_where
from orchestrator.board.doing import ACTIONS, do
from orchestrator.domain.commands import Reply
from orchestrator.domain.errors import Refused
from orchestrator.domain.model import Id
from orchestrator.ledger.api_answers import StoredAnswer

_WHO_AND_WHICH: Final = frozenset(Reply.model_fields)
"""Fields of a command that the address and the token say."""
_TEAM: Final = Field(None, description="For which of your teams you do it; the first that may, when absent.")


def body_of(action: str) -> type[BaseModel]:
    """Return the model of an action's body: the fields of the desk's command, and `team`."""
    command = ACTIONS[action]
    fields: dict[str, Any] = {
        name: (Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation, field)
        for name, field in command.model_fields.items()
        if name not in _WHO_AND_WHICH
    }
    fields["team"] = (Id | None, _TEAM)
    return create_model(
        f"{action.capitalize()}Body",
        __config__=ConfigDict(extra="forbid", frozen=True),
        __doc__=command.__doc__,
        **fields,
    )


async def act(call: Call, action: str) -> Response:
    """Do an action, once for each key of the one who asks."""
    request, viewer, parts = call.request, call.viewer, call.parts
    id: UUID = request.path_params["id"]
    assert call.body is not None
    key = key_of(request)
    # Also who sends a request again may not see any more what it was about.
    await visible_now(call)
    said = call.body.model_dump(mode="json", exclude_unset=True)

    async def decide() -> Decided:
        try:
            with saying_where(in_body=True):
                done = await do(parts, viewer, id, action, said, press=f"api/{key}")
        except Refused as refused:
            told = problems.details(request, 409, refused.code, refused.message)
            return Decided(StoredAnswer(409, told))
        state = await state_of(parts, viewer, id)
        return Decided(StoredAnswer(200, state.model_dump(mode="json")), done.is_repeat)

    return await answers_of(request, parts).once(request, viewer.id, key, call.raw, decide)


def _handler(action: str) -> Handler:
    async def handle(call: Call) -> Response:
        return await act(call, action)

    return handle


ENDPOINTS: Final = tuple(
    Endpoint(
        "POST",
        f"/handoffs/{{id:uuid}}/{action}",
        _handler(action),
        summary=(command.__doc__ or action).strip().partition("\n")[0],
        answer=HandoffState,
        tag="Handoffs",
        body=body_of(action),
        problems=(403, 404, 409),
    )
    for action, command in ACTIONS.items()
)
