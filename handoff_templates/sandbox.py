"""The Jinja that templates may use: the facts, a short list of filters, and nothing that can grow huge.

Jinja's own sandbox keeps a template away from Python; it does not stop `"%0999999999d"|format(1)`. Here a
name that is not on a list does not exist: facts have their fields, text has a few methods, and filters are
those of `FILTERS`. What an expression prints or joins is limited in length.

A template can still loop over the facts in loops, or call its own macro: templates belong to the people who
run the desk. What customers and agents typed is data, never template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from jinja2 import DictLoader, StrictUndefined, Template, Undefined
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA_FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from handoff_templates.codegen import OWNERS, Generator, owners_name
from handoff_templates.escaping import VALUE_LIMIT
from handoff_templates.problems import suggestion
from orchestrator.domain.commands import RequestHandoff
from orchestrator.domain.model import Frozen

OUTPUT_LIMIT: Final = 64 * 1024
"""Characters of a rendered text, and of any value on the way to it."""
NUMBER_LIMIT: Final = 10**12
ITEMS_LIMIT: Final = 10_000

FILTERS: Final = frozenset(
    {"abs", "capitalize", "default", "first", "int", "last", "length", "list", "lower", "map", "max", "min"}
    | {"reject", "rejectattr", "reverse", "select", "selectattr", "sort", "sum", "title", "trim", "unique"}
    | {"upper"}
)
"""Jinja's own filters that templates may use, beside those of their environment."""

_TEXT_METHODS = frozenset(
    {"capitalize", "endswith", "lower", "split", "startswith", "strip", "title", "upper"}
)
_DICT_METHODS = frozenset({"get", "items", "keys", "values"})
_LOOP_FIELDS = frozenset(
    {"cycle", "changed", "depth", "first", "index", "index0", "last", "length"}
    | {"nextitem", "previtem", "revindex", "revindex0"}
)
_NOTHING: frozenset[str] = frozenset()
_Text = TypeVar("_Text", bound=str)


def shown(text: str) -> Markup:
    """Mark `text` as ready to be printed."""
    # Markup(text) does the same in Python code, at four times the cost.
    return str.__new__(Markup, text)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which every value printed passes through `show`."""

    code_generator_class = Generator
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, sources: Mapping[str, str], filters: Mapping[str, Callable[..., object]]) -> None:
        super().__init__(
            loader=DictLoader(sources),
            undefined=StrictUndefined,
            finalize=self.show,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self.globals.clear()
        self.filters = {name: JINJA_FILTERS[name] for name in FILTERS} | dict(filters)
        self._ready: dict[str, Template] = {}
        self.__dict__.update({owners_name(field): types for field, types in OWNERS.items()})

    def words_of(self, text: str) -> str:
        """Return `text` as it may stand in the output."""
        raise NotImplementedError

    def show(self, value: object) -> str:
        """Return `value` as it may stand in the output; what has no words of its own is an error."""
        if type(value) is str:
            return value if value.isalnum() and len(value) < VALUE_LIMIT else self.words_of(value)
        if type(value) is Markup:
            return _within_limit(value)
        if isinstance(value, str):
            return self.words_of("" + value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self.words_of(f"{value}")
        if isinstance(value, Undefined):
            return str(value)
        raise TypeError(f"{_kind_of(value)} cannot be printed; test for it, or name what of it to print")

    def tilde(self, parts: tuple[object, ...]) -> str:
        """Return what the operator `~` gives; a part that is safe as it is makes the whole so."""
        if any(type(part) is Markup for part in parts):
            return _within_limit(shown("".join(map(self.show, parts))))
        for part in parts:
            if not isinstance(part, str | int | float) or isinstance(part, bool):
                self.show(part)
        return _within_limit("".join(map(str, parts)))

    def compact(self, pieces: list[str]) -> None:
        """Join what a loop has gathered so far."""
        pieces[:] = [_within_limit("".join(pieces))]

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:
        """Return the compiled template `name`; every one is compiled once."""
        ready = self._ready.get(name)
        if ready is None:
            ready = self._ready[name] = super().get_template(name, parent, globals)
        return ready

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a fact, or one of the few methods that values have in templates."""
        allowed = _FIELDS.get(type(obj)) or _allowed(obj)
        if attribute in allowed or isinstance(obj, Undefined):
            return getattr(obj, attribute)
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        hint = suggestion(attribute, map(str, obj) if isinstance(obj, dict) else allowed)
        return self.undefined(f"{_kind_of(obj)} has no {attribute!r}; {hint}", obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return an item of a list or mapping, or what `getattr` gives."""
        if isinstance(obj, list | tuple | dict | str):
            try:
                return obj[argument]
            except (TypeError, LookupError):
                if not isinstance(argument, str):
                    return self.undefined(obj=obj, name=argument)
        return self.getattr(obj, str(argument))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with numbers of a usual size; join texts and lists up to the limit."""
        if _is_number(left) and _is_number(right) and operator != "**":
            return self.binop_table[operator](left, right)
        if operator == "+" and type(left) is type(right) is str:
            return _within_limit(left + right)
        are_lists = type(left) is type(right) and isinstance(left, list | tuple)
        if operator == "+" and are_lists and len(left) + len(right) <= ITEMS_LIMIT:
            return left + right
        raise SecurityError(
            f"{_kind_of(left)} {operator} {_kind_of(right)} is not allowed here; use ~ to join texts"
        )


_FIELDS: Final[dict[type, frozenset[str]]] = {}
"""Model -> its fields, of those that were met: pydantic takes its time, and a packet asks 150 times."""


def _allowed(obj: object) -> frozenset[str]:
    if isinstance(obj, Frozen):
        fields = frozenset(type(obj).model_fields)
        if isinstance(obj, RequestHandoff):
            fields |= {"is_escalation"}
        _FIELDS[type(obj)] = fields
        return fields
    if isinstance(obj, str):
        return _NOTHING if isinstance(obj, Markup) else _TEXT_METHODS
    if isinstance(obj, dict):
        return _DICT_METHODS
    if isinstance(obj, LoopContext):
        return _LOOP_FIELDS
    if isinstance(obj, TemplateModule):
        return frozenset(name for name in vars(obj) if not name.startswith("_"))
    return _NOTHING


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and abs(value) <= NUMBER_LIMIT  # type: ignore[arg-type]


def _within_limit(text: _Text) -> _Text:
    if len(text) > OUTPUT_LIMIT:
        raise SecurityError(f"the text is longer than {OUTPUT_LIMIT} characters; print less of it")
    return text


def _kind_of(value: object) -> str:
    if value is None:
        return "an absent fact (None)"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
