"""Strict JSON from bytes, and what is wrong with it, in words that never quote the customer."""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails, ValidationError, from_json, to_json

from orchestrator.domain.commands import COMMANDS
from orchestrator.domain.context.observation import Observation
from orchestrator.domain.knowledge import PublishedArticle
from streams.messages.faults import Fault, Refusal

MAX_PROBLEMS: Final = 5


def parse_object(value: bytes) -> dict[str, Any]:
    """Return the JSON object in `value`.

    Raises `Refusal` for anything else; NaN, Infinity and more than 200 levels are not JSON here.
    """
    parsed = parse(value)
    if not isinstance(parsed, dict):
        raise Refusal(Fault.NOT_CLOUDEVENTS, "the structured event is not a JSON object")
    return parsed


def unpack_data(members: dict[str, Any]) -> bytes:
    """Return the data of a structured event as bytes, from `data` or from `data_base64`."""
    plain, packed = members.get("data"), members.get("data_base64")
    if plain is not None and packed is not None:
        raise Refusal(Fault.BAD_ATTRIBUTE, "both data and data_base64 are given")
    if packed is None:
        return to_json(plain)
    try:
        return base64.b64decode(packed, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise Refusal(Fault.BAD_ATTRIBUTE, "data_base64 is not base64") from None


def refuse_non_finite(value: bytes) -> None:
    """Raise `Refusal` when NaN or Infinity stands anywhere outside a string, also in fields nobody reads."""
    # The validating parser lets them pass; two scans for the words are far cheaper than a second parse.
    if b"NaN" in value or b"Infinity" in value:
        parse(value)


def refuse_invalid(value: bytes, error: ValidationError) -> Refusal:
    """Return why `value` was refused: it is no JSON, or the paths and problems of the first few fields."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    if problems[0]["type"] == "json_invalid":
        return _not_json(value, problems[0]["msg"])
    words = [f"{_path(problem)}: {_problem(problem)}" for problem in problems[:MAX_PROBLEMS]]
    if len(problems) > MAX_PROBLEMS:
        words.append(f"and {len(problems) - MAX_PROBLEMS} more")
    return Refusal(Fault.INVALID_DATA, "; ".join(words))


def parse(value: bytes) -> Any:
    """Return what the JSON in `value` says; `Refusal` when it is none, as NaN and Infinity are not."""
    try:
        return from_json(value, allow_inf_nan=False)
    except ValueError as error:
        raise _not_json(value, str(error)) from None


def _not_json(value: bytes, message: str) -> Refusal:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        return Refusal(Fault.NOT_UTF8, f"byte {error.start} of the value is not UTF-8")
    return Refusal(Fault.MALFORMED_JSON, message.removeprefix("Invalid JSON: "))


def _field_names(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    objects = [schema, *schema.get("$defs", {}).values()]
    return {name for object_ in objects for name in object_.get("properties", {})}


_FIELDS: Final = {"[key]"}.union(*map(_field_names, (*COMMANDS.values(), Observation, PublishedArticle)))


def _path(problem: ErrorDetails) -> str:
    # The keys of a mapping are the sender's own words; only the names of the schema are repeated.
    steps = ["*" if isinstance(s, str) and s not in _FIELDS else str(s) for s in problem["loc"]]
    return ".".join(["data", *steps])


def _problem(problem: ErrorDetails) -> str:
    # The only message that quotes a character of its input.
    return "Input should be a valid UUID" if problem["type"] == "uuid_parsing" else problem["msg"]
