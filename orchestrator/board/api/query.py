"""What may stand behind the question mark of an address."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Self, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, ValidationError
from starlette.datastructures import QueryParams

from orchestrator.board.api.problems import Invalid, Where

MOST_ON_A_PAGE: Final = 200
_LONGEST: Final = 200


def _printable(text: str) -> str:
    """Return a text without characters that no column and no header takes."""
    if not text.isprintable():
        raise ValueError("has characters that cannot be printed")
    return text


Word = Annotated[str, StringConstraints(max_length=_LONGEST), AfterValidator(_printable)]
"""A value that is looked for."""


class Query(BaseModel):
    """Parameters by their names; a name that is none of them is refused, so that no typing error passes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    @classmethod
    def read(cls, given: QueryParams) -> Self:
        """Return what was asked for.

        Raises:
            Invalid: a parameter is unknown, wrong, or stands there twice.
        """
        lists = {
            field.alias or name
            for name, field in cls.model_fields.items()
            if get_origin(field.annotation) is tuple
        }
        twice = [name for name in given if name not in lists and len(given.getlist(name)) > 1]
        if twice:
            raise Invalid([Where(parameter=name, detail="stands there more than once") for name in twice])
        try:
            return cls.model_validate({k: given.getlist(k) if k in lists else given[k] for k in given})
        except ValidationError as error:
            names = ", ".join(field.alias or name for name, field in cls.model_fields.items()) or "none"
            raise Invalid(
                [
                    Where(
                        parameter=str(each["loc"][0]) if each["loc"] else None,
                        detail=f"is no parameter here; there are: {names}"
                        if each["type"] == "extra_forbidden"
                        else each["msg"],
                    )
                    for each in error.errors(include_url=False)
                ]
            ) from None


class NoQuery(Query):
    """An address without parameters."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="forbid", frozen=True)
