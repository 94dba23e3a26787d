"""The body of a request."""

from __future__ import annotations

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from orchestrator.board.api.negotiation import require_json_body
from orchestrator.board.api.problems import Invalid, NotJson, Where


def body(request: Request, raw: bytes, model: type[BaseModel]) -> BaseModel:
    """Return what a body says; none at all is an empty object.

    Raises:
        WrongMediaType: it is not JSON by what the client says.
        NotJson: it is not JSON by what it is.
        Invalid: a field is missing, wrong or unknown.
    """
    if raw:
        require_json_body(request)
    try:
        return model.model_validate_json(raw or b"{}")
    except ValidationError as error:
        problems = error.errors(include_url=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        raise NotJson(f"the body cannot be read: {problems[0]['msg']}")
    known = ", ".join(model.model_fields) or "none"
    raise Invalid(
        [
            Where(
                pointer=pointer(each["loc"]),
                detail=f"is no field here; there are: {known}"
                if each["type"] == "extra_forbidden" and len(each["loc"]) == 1
                else each["msg"],
            )
            for each in problems
        ]
    )


def pointer(place: tuple[int | str, ...]) -> str:
    """Return the place of something in a body as a JSON pointer in a fragment (RFC 6901)."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in place)
