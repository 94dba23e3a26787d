"""One address of the API: what it takes, what it answers, and the code behind it.

Addresses, the OpenAPI document and the tests of the two are made from these.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from orchestrator.board.access.viewer import Viewer
from orchestrator.board.api import asking, negotiation, refusing
from orchestrator.board.api.query import NoQuery, Query
from orchestrator.board.parts import Parts, parts_of

ROOT: Final = "/api/v1"
JSON: Final = "application/json"
EVENT_STREAM: Final = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Call:
    """A request that was read and found to be in order."""

    request: Request
    parts: Parts
    viewer: Viewer
    query: Query
    body: BaseModel | None = None
    raw: bytes = b""
    """The body as it came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A model, and the headers that go with it."""

    model: BaseModel
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[Answer | BaseModel | Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a method."""

    method: Literal["GET", "POST"]
    path: str
    """Below `ROOT`, as Starlette writes it: `/handoffs/{id:uuid}`."""
    handler: Handler
    summary: str
    """One line."""
    answer: type[BaseModel]
    """Of status 200; of a stream, what each of its events says."""
    tag: str
    description: str = ""
    query: type[Query] = NoQuery
    body: type[BaseModel] | None = None
    media_type: str = JSON
    problems: tuple[int, ...] = ()
    """Statuses that it answers beside those that every address does."""

    @property
    def name(self) -> str:
        """What the document calls it: `get_handoffs_id_packet`."""
        words = self.path.replace("/", " ").replace("-", " ").split()
        return "_".join((self.method.lower(), *(word.strip("{}").partition(":")[0] for word in words)))

    @property
    def route(self) -> Route:
        """The route that leads to it."""

        async def answer(request: Request) -> Response:
            with refusing.saying_where():
                negotiation.require(request, self.media_type)
                query = self.query.read(request.query_params)
                raw = await request.body() if self.body is not None else b""
                body = asking.body(request, raw, self.body) if self.body is not None else None
                call = Call(request, parts_of(request), request.state.viewer, query, body, raw)
                given = await self.handler(call)
            return _response(given)

        return Route(ROOT + self.path, answer, methods=[self.method], name=self.name)


def _response(given: Answer | BaseModel | Response) -> Response:
    if isinstance(given, Response):
        return given
    answer = given if isinstance(given, Answer) else Answer(given)
    text = answer.model.model_dump_json(by_alias=True)
    return Response(text, media_type=JSON, headers={"Cache-Control": "no-store", **answer.headers})
