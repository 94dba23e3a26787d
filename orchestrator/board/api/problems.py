"""What the API says when it does nothing: RFC 9457 problem details, with a code that does not change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from orchestrator.board.problems import HttpProblem

HOW: Final = "see errors, and GET /api/v1/openapi.json for what is asked for"


class Where(BaseModel):
    """What is wrong with one part of a request: with a place in the body, a parameter or a header."""

    model_config = ConfigDict(frozen=True)

    detail: str
    """What is wrong with it, after its name."""
    pointer: Annotated[str | None, Field(description="A JSON pointer into the body: `#/reason/text`.")] = None
    parameter: Annotated[str | None, Field(description="The name of a query parameter.")] = None
    header: Annotated[str | None, Field(description="The name of a header.")] = None


class ProblemDetails(BaseModel):
    """Why nothing was done (RFC 9457)."""

    model_config = ConfigDict(title="Problem")

    type: Annotated[str, Field(description="`urn:handoff:problem:` and the code.")]
    title: Annotated[str, Field(description="The words of the status.")]
    status: Annotated[int, Field(ge=400, le=599)]
    detail: Annotated[str, Field(description="What was wrong, and what to do.")]
    instance: Annotated[str, Field(description="The path that was asked for.")]
    code: Annotated[str, Field(description="What to tell problems apart by; it does not change.")]
    errors: Annotated[list[Where] | None, Field(description="What is wrong with which part.")] = None


class Invalid(HttpProblem):
    """Something in the request is missing or wrong."""

    status = 422
    code = "unclear"

    def __init__(self, errors: Sequence[Where], message: str | None = None) -> None:
        told = [each.model_dump(exclude_none=True) for each in errors]
        wrong = "; ".join(_name(each) + each.detail for each in errors)
        super().__init__(message or f"{wrong}: {HOW}", errors=told)


class NotJson(HttpProblem):
    """The body cannot be read."""

    status = 400
    code = "not-json"


class KeyMissing(HttpProblem):
    """A write without an Idempotency-Key, or with one that is none."""

    status = 400
    code = "idempotency-key-missing"


class KeyUsed(HttpProblem):
    """The key belongs to another request."""

    status = 422
    code = "idempotency-key-used"


class NotAcceptable(HttpProblem):
    """The client takes nothing that this address has."""

    status = 406
    code = "not-acceptable"


class WrongMediaType(HttpProblem):
    """The body is of a kind that is not read."""

    status = 415
    code = "unsupported-media-type"


class NoPacket(HttpProblem):
    """The packet was not prepared yet."""

    status = 404
    code = "no-packet"


def _name(where: Where) -> str:
    name = where.pointer or where.parameter or where.header
    return f"{name} " if name else ""
