"""From what somebody filled in to a command, or to words on what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from orchestrator.board.problems import HttpProblem
from orchestrator.domain.commands import Decline, Pause, Reply, Return
from orchestrator.domain.model import Actor, Reason
from orchestrator.domain.sentence import Sentence, joined

_Reply = TypeVar("_Reply", bound=Reply)
_OURS: Final = frozenset(Reply.model_fields)
"""Which handoff, and who: never said by the one who asks."""
_NEED_A_REASON: Final = (Decline, Return, Pause)
_WORDS: Final[Mapping[str, Sentence]] = {
    "missing": Sentence("is missing"),
    "string_too_short": Sentence("is empty"),
    "string_too_long": Sentence("has more than {max_length} characters"),
    "string_type": Sentence("is not text"),
    "string_pattern_mismatch": Sentence("has control characters"),
    "bool_parsing": Sentence("is neither true nor false"),
    "bool_type": Sentence("is neither true nor false"),
    "uuid_parsing": Sentence("is not an id"),
    "timezone_aware": Sentence("has no time zone: write 2026-03-02T09:00:00Z"),
    "datetime_from_date_parsing": Sentence("is not a time: write 2026-03-02T09:00:00Z"),
    "datetime_parsing": Sentence("is not a time: write 2026-03-02T09:00:00Z"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field."""

    field: str
    """Its name; of a field within a field `reason.text`."""
    message: str
    """What is wrong, after the name: `is missing`."""

    @property
    def sentence(self) -> Sentence:
        """The two, in the language that somebody reads."""
        return Sentence("{field} {wrong}", field=self.field, wrong=self.message)

    def __str__(self) -> str:
        return f"{self.field} {self.message}"


class Unclear(HttpProblem):
    """What was filled in is not enough to know what to do."""

    status = 422
    code = "unclear"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        told = [{"field": each.field, "message": each.message} for each in problems]
        super().__init__(joined([each.sentence for each in problems]), problems=told)
        self.problems = problems


def none_of(value: str, choices: Iterable[str]) -> Sentence:
    """Return what is wrong with a value that is none of the choices."""
    facts = {"value": repr(value[:40]), "choices": ", ".join(choices)}
    return Sentence("is {value}, and is one of: {choices}", **facts)


def command_of(type: type[_Reply], handoff: UUID, actor: Actor, said: Mapping[str, Any]) -> _Reply:
    """Return what is asked of the desk.

    Args:
        type: of the command.
        handoff: the one that it is about.
        actor: who asks.
        said: field -> value, as the command has them; empty ones are as if they were not there.

    Raises:
        Unclear: a field is missing, is wrong, or is none of this command.
    """
    filled = {name: value for name, value in said.items() if value not in (None, "", {})}
    known = type.model_fields.keys() - _OURS
    if strange := sorted(filled.keys() - known):
        wrong = Sentence(
            "is no field of this action; it has: {fields}", fields=", ".join(sorted(known)) or "none"
        )
        raise Unclear(tuple(Problem(name, wrong) for name in strange))
    try:
        command = type.model_validate({**filled, "handoff_id": handoff, "actor": actor})
    except ValidationError as error:
        raise Unclear(tuple(_problem(each) for each in error.errors(include_url=False))) from None
    reason: Reason | None = getattr(command, "reason", None)
    if isinstance(command, _NEED_A_REASON) and not (reason and (reason.code or (reason.text or "").strip())):
        raise Unclear((Problem("reason", Sentence("is missing: give a code, or say it in words")),))
    return command


def _problem(error: ErrorDetails) -> Problem:
    field = ".".join(str(part) for part in error["loc"])
    words = _WORDS.get(error["type"])
    if words is None:
        return Problem(field, Sentence("is wrong: {why}", why=error["msg"]))
    return Problem(field, words.filled(**error.get("ctx", {})))
