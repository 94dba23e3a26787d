"""The two environments of templates: Markdown for packets, plain lines for what is said aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from markupsafe import Markup

from handoff_templates import escaping
from handoff_templates.sandbox import OUTPUT_LIMIT, Sandbox, shown
from orchestrator.domain.policy import Team

LENGTH_LIMIT = 10_000
_REPLACEMENT_LIMIT = 16


class PlainLines(Sandbox):
    """Values become one line of text without control characters."""

    def __init__(self, sources: Mapping[str, str], teams: Mapping[str, Team]) -> None:
        super().__init__(sources, self._filters({team.id: team.name for team in teams.values()}))
        self.tests["given"] = _is_given

    @staticmethod
    def words_of(text: str, limit: int = escaping.VALUE_LIMIT) -> str:
        """Return `text` as it may stand in the output."""
        return escaping.one_line(text, limit)

    @staticmethod
    def code(text: str) -> str:
        """Return an identifier as it is shown."""
        return escaping.one_line(text)

    @staticmethod
    def code_block(text: str) -> str:
        """Return what a machine wrote as it is shown."""
        return escaping.one_line(text)

    def _filters(self, team_names: Mapping[str, str]) -> dict[str, Callable[..., object]]:
        words_of, identifier, code_block, mark = self.words_of, self.code, self.code_block, str.__new__
        names = {id: shown(words_of(name)) for id, name in team_names.items()}

        def clip(value: object, length: int, otherwise: str | None = None) -> str:
            if otherwise is not None and (not value or (isinstance(value, str) and value.isspace())):
                value = otherwise
            text = value if type(value) is str else _text(value)
            return mark(Markup, words_of(text, length if length < LENGTH_LIMIT else LENGTH_LIMIT))

        def code(value: object) -> str:
            return mark(Markup, identifier(value if type(value) is str else _text(value)))

        @lru_cache(maxsize=2_000)
        def fixed(text: str) -> str:
            return shown(words_of(_text(text), LENGTH_LIMIT))

        def join(values: Iterable[object], separator: str = "") -> str:
            parts = [part for value in values for part in (separator, value)]
            return self.tilde(tuple(parts[1:]))

        def team(id: str | None, otherwise: str = "") -> str:
            if id is None:
                return shown(words_of(otherwise))
            return names.get(id) or shown(words_of(id))

        return {
            "clip": clip,
            "code": code,
            "code_block": lambda value: shown(code_block(_text(value))),
            "fixed": fixed,
            "join": join,
            "replace": _replace,
            "signed": _signed,
            "team": team,
            "topic": _topic,
        }


class MarkdownText(PlainLines):
    """Values become plain words in Markdown."""

    words_of = staticmethod(escaping.markdown)
    code = staticmethod(escaping.code)
    code_block = staticmethod(escaping.code_block)


def _text(value: object) -> str:
    if type(value) is str:
        return value
    if isinstance(value, str) and not isinstance(value, Markup):
        return str(value)
    raise TypeError(f"a text is needed here, not {type(value).__name__}; test that it is present")


def _is_given(value: object) -> bool:
    """Whether a fact is there and says something: not absent, not blank."""
    return bool(value) and not (isinstance(value, str) and value.isspace())


def _replace(value: object, old: str, new: str) -> str:
    if isinstance(value, Markup) or len(new) > _REPLACEMENT_LIMIT:
        raise ValueError(f"'replace' takes plain text and up to {_REPLACEMENT_LIMIT} characters to put in")
    return _text(value)[:OUTPUT_LIMIT].replace(old, new)


def _signed(value: float) -> str:
    return shown(f"{value:+.1f}")


def _topic(value: str | None, topics: Iterable[tuple[str, str]]) -> str:
    """Return the topic of the first word of `topics` that begins a word of `value`; else nothing."""
    if not value:
        return ""
    words = " " + value.lower().replace("_", " ").replace("-", " ")
    for word, topic in topics:
        if " " + word in words:
            return topic
    return ""
