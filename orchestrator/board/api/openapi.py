"""The OpenAPI 3.1 document of the API, from its table of addresses and their models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from orchestrator.board.api.endpoint import EVENT_STREAM, JSON, ROOT, Endpoint
from orchestrator.board.api.idempotency import HEADER, LONGEST, REPLAY
from orchestrator.board.api.problems import ProblemDetails
from orchestrator.board.problems import MEDIA_TYPE

VERSION: Final = "1.0.0"
_REF: Final = "#/components/schemas/{model}"
_OF_READS: Final = (401, 406, 422, 429, 503)
_OF_WRITES: Final = (400, 401, 406, 413, 415, 422, 429, 503)
_PARAMETER: Final = re.compile(r"\{(\w+)(?::(\w+))?\}")
_WORDS: Final = {
    400: "The body is no JSON, or the Idempotency-Key is missing.",
    401: "Say who you are: send a token.",
    403: "You may see it, and this is not yours to read or do; or the CSRF header is missing.",
    404: "There is none, as far as you may know.",
    406: "The Accept header leaves out what this address has.",
    409: "The desk says no: `code` says why, `detail` what to do.",
    413: "The body has too many bytes.",
    415: "The body is not application/json.",
    422: "Something in the request is missing or wrong; or the Idempotency-Key belongs to another request.",
    429: "Too often: wait for as long as Retry-After says.",
    503: "It cannot be done now: ask again, with the same Idempotency-Key.",
}


class _Untitled(GenerateJsonSchema):
    """Leaves out titles that only say the name of a field again."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Say no."""
        return False


def document(endpoints: Sequence[Endpoint]) -> dict[str, Any]:
    """Return the document of these addresses."""
    models: set[type[BaseModel]] = {ProblemDetails, *(each.answer for each in endpoints)}
    models |= {each.body for each in endpoints if each.body is not None}
    refs, shared = _schemas(sorted(models, key=lambda model: (model.__module__, model.__qualname__)))
    paths: dict[str, dict[str, Any]] = {}
    for each in endpoints:
        paths.setdefault(_path(each), {})[each.method.lower()] = _operation(each, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Handoff orchestrator",
            "version": VERSION,
            "description": (
                "The board, for programs: the same reads and commands as its pages. Ignore fields, words and "
                "codes that you do not know. Lists go on where `next` leads (also as a `Link` header). Every "
                "write needs an `Idempotency-Key`: sent again with the same key, it is answered as before. "
                "Every error is problem details (RFC 9457) with a `code` that does not change."
            ),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "servers": [{"url": ROOT, "description": "This board."}],
        "security": [{"token": []}, {"session": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(each.tag for each in endpoints)],
        "paths": paths,
        "components": {
            "schemas": shared,
            "responses": {str(status): _problem(status, refs[ProblemDetails]) for status in sorted(_WORDS)},
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`handoff token create` makes one.",
                },
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "handoff",
                    "description": "That of a browser; its writes need the header X-CSRF-Token (see /me).",
                },
            },
        },
    }


def _schemas(models: Sequence[type[BaseModel]]) -> tuple[dict[type[BaseModel], Any], dict[str, Any]]:
    # Bodies are what is taken and answers what is given; no model is both.
    modes = {model: _mode(model) for model in models}
    found, shared = models_json_schema(list(modes.items()), ref_template=_REF, schema_generator=_Untitled)
    return {model: found[model, mode] for model, mode in modes.items()}, shared["$defs"]


def _mode(model: type[BaseModel]) -> JsonSchemaMode:
    return "validation" if model.model_config.get("extra") == "forbid" else "serialization"


def _path(endpoint: Endpoint) -> str:
    return _PARAMETER.sub(r"{\1}", endpoint.path)


def _operation(endpoint: Endpoint, refs: dict[type[BaseModel], Any]) -> dict[str, Any]:
    is_write = endpoint.method == "POST"
    statuses = sorted({*(_OF_WRITES if is_write else _OF_READS), *endpoint.problems})
    operation: dict[str, Any] = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
    }
    if endpoint.description:
        operation["description"] = endpoint.description
    parameters = [*_of_path(endpoint), *_of_query(endpoint), *(_of_writes() if is_write else ())]
    if parameters:
        operation["parameters"] = parameters
    if endpoint.body is not None:
        needed = any(field.is_required() for field in endpoint.body.model_fields.values())
        operation["requestBody"] = {"required": needed, "content": {JSON: {"schema": refs[endpoint.body]}}}
    operation["responses"] = {"200": _good(endpoint, refs)} | {
        str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses
    }
    return operation


def _good(endpoint: Endpoint, refs: dict[type[BaseModel], Any]) -> dict[str, Any]:
    summary = (endpoint.answer.__doc__ or "").strip().partition("\n")[0]
    if endpoint.media_type == EVENT_STREAM:
        what = f"Events; the data of each `patch` is {endpoint.answer.__name__} as JSON."
        # OpenAPI 3.1 has no words for the events of a stream.
        media = {"schema": {"type": "string"}, "x-event-data": {"patch": refs[endpoint.answer]}}
        return {"description": what, "content": {EVENT_STREAM: media}}
    good: dict[str, Any] = {"description": summary, "content": {JSON: {"schema": refs[endpoint.answer]}}}
    if endpoint.method == "POST":
        was_done = "`true` where it had been done before, and nothing was done now."
        good["headers"] = {REPLAY: {"description": was_done, "schema": {"type": "string"}}}
    elif "cursor" in endpoint.query.model_fields:
        link = 'The next page, with rel="next" (RFC 8288).'
        good["headers"] = {"Link": {"description": link, "schema": {"type": "string"}}}
    return good


def _problem(status: int, schema: dict[str, Any]) -> dict[str, Any]:
    problem: dict[str, Any] = {"description": _WORDS[status], "content": {MEDIA_TYPE: {"schema": schema}}}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        after = {"description": "Seconds to wait.", "schema": {"type": "integer"}}
        problem["headers"] = {"Retry-After": after}
    return problem


def _of_path(endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    for name, kind in _PARAMETER.findall(endpoint.path):
        schema = {"type": "string"} | ({"format": "uuid"} if kind == "uuid" else {})
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _of_query(endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    schema = endpoint.query.model_json_schema()
    for name, said in schema.get("properties", {}).items():
        plain = {key: value for key, value in said.items() if key not in ("title", "description", "default")}
        if "default" in said and said["default"] not in (None, []):
            plain["default"] = said["default"]
        parameter = {"name": name, "in": "query", "schema": _without_null(_inlined(plain, schema))}
        if "description" in said:
            parameter["description"] = said["description"]
        yield parameter


def _inlined(schema: Any, whole: dict[str, Any]) -> Any:
    """Return a schema with what it refers to in its place: small lists of words."""
    if isinstance(schema, list):
        return [_inlined(each, whole) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        said = whole["$defs"][schema["$ref"].rpartition("/")[2]]
        return {key: value for key, value in said.items() if key not in ("title", "description")}
    return {key: _inlined(value, whole) for key, value in schema.items()}


def _without_null(schema: Any) -> Any:
    """Return the schema of a parameter that is given: what may be left out is never null."""
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(options) != 1:
        return schema
    return {key: value for key, value in schema.items() if key != "anyOf"} | options[0]


def _of_writes() -> Iterable[dict[str, Any]]:
    yield {
        "name": HEADER,
        "in": "header",
        "required": True,
        "description": "New for each thing that you want done, the same when you send that again.",
        "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST},
    }
