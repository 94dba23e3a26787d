"""Words a packet: the templates of its kind, compiled once, rendered from the facts of one handoff."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Final, Literal, NamedTuple

from jinja2 import Template, TemplateNotFound
from jinja2.runtime import Context

from handoff_templates.environments import MarkdownText, PlainLines
from handoff_templates.sandbox import OUTPUT_LIMIT
from handoff_templates.texts import (
    BODY,
    CUSTOMER_NOTE,
    DEFAULT,
    INTRODUCTION_LINE,
    NEXT_STEP_LINE,
    OPENING_LINE,
    REASON_LINE,
    files_of,
    languages,
)
from orchestrator.domain.checklist import Stage
from orchestrator.domain.errors import WordingError
from orchestrator.domain.model import Customer
from orchestrator.domain.policy import Team, Wording
from orchestrator.domain.scripts import Script

_SCRIPTS: Final[tuple[tuple[str, Stage, Literal["reason", "next-step", "introduction", "opening"]], ...]] = (
    (REASON_LINE, Stage.BEFORE, "reason"),
    (NEXT_STEP_LINE, Stage.BEFORE, "next-step"),
    (INTRODUCTION_LINE, Stage.DURING, "introduction"),
    (OPENING_LINE, Stage.AFTER, "opening"),
)


class TemplateError(WordingError):
    """A template failed: where, and why."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class _Text:
    """A compiled template, ready to run."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._root: Callable[[Context], Iterator[str]] = template.root_render_func
        self._environment, self._blocks = template.environment, template.blocks

    def render(self, facts: dict[str, object]) -> str:
        try:
            pieces = []
            length = 0
            for piece in self._root(self._context(facts)):
                pieces.append(piece)
                length += len(piece)
                if length > OUTPUT_LIMIT:
                    raise ValueError(f"the text is longer than {OUTPUT_LIMIT} characters; print less of it")
            return "".join(pieces)
        except Exception as error:
            file, line = _place(error.__traceback__, self._template)
            reason = f"there is no template {error}" if isinstance(error, TemplateNotFound) else str(error)
            raise TemplateError(file, line, reason or type(error).__name__) from error

    def _context(self, facts: dict[str, object]) -> Context:
        # What Template.new_context does, for templates without globals.
        return Context(self._environment, facts, self._template.name, self._blocks)


class _Line(NamedTuple):
    """What is said, on one line."""

    text: str
    language: str | None


class _Texts:
    """The texts of one kind, each in every language that it is written in."""

    def __init__(self, texts: Mapping[str, Mapping[str, _Text]]) -> None:
        self._texts = texts
        self._spoken = {language for name, each in texts.items() if name != BODY for language in each}

    def render(self, facts: dict[str, object]) -> Wording:
        asked = list(languages(_language(facts))) if len(self._spoken) > 1 else [DEFAULT]
        said = {name: self._line(name, facts, asked) for name in self._texts if name != BODY}
        return Wording(
            opening_line=said[OPENING_LINE].text,
            body=self._texts[BODY][DEFAULT].render(facts).strip(),
            customer_note=said[CUSTOMER_NOTE].text,
            scripts=tuple(
                Script(stage=stage, name=script, text=line.text, language=line.language)
                for name, stage, script in _SCRIPTS
                if (line := said.get(name)) is not None and line.text
            ),
        )

    def __iter__(self) -> Iterator[_Text]:
        return (text for each in self._texts.values() for text in each.values())

    def _line(self, name: str, facts: dict[str, object], asked: list[str]) -> _Line:
        variants = self._texts[name]
        language = next(each for each in asked if each in variants)
        return _Line(" ".join(variants[language].render(facts).split()), language or None)


class TemplateWords:
    """The texts of every kind of one set of templates.

    Args:
        sources: path, such as `chat-to-phone/packet.md.j2`, -> template.
        kinds: the names of the kinds, each with all of `texts.TEXTS` among the sources.
        teams: for the names of teams.

    Raises:
        jinja2.TemplateSyntaxError: a source cannot be compiled.
    """

    def __init__(self, sources: Mapping[str, str], kinds: Iterable[str], teams: Mapping[str, Team]) -> None:
        markdown, plain = MarkdownText(sources, teams), PlainLines(sources, teams)
        compiled: dict[str, _Text] = {}

        def text_of(path: str) -> _Text:
            if path not in compiled:
                compiled[path] = _Text((markdown if path.endswith(BODY) else plain).get_template(path))
            return compiled[path]

        self._texts = {
            kind: _Texts(
                {
                    name: {language: text_of(path) for language, path in files.items()}
                    for name, files in files_of(kind, sources).items()
                }
            )
            for kind in kinds
        }

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Render the texts of `kind`; the same facts always give the same texts.

        What the customer hears or reads is in the customer's language where there is a template for it.

        Raises:
            TemplateError: a template failed on these facts, or there are none for `kind`.
        """
        texts = self._texts.get(kind)
        if texts is None:
            raise TemplateError(kind, 1, "there are no templates for this kind")
        return texts.render(facts)

    def failures(self, kind: str, facts: dict[str, object]) -> Iterator[TemplateError]:
        """Return the failure of each text of `kind`, in every language, that cannot be rendered."""
        for text in self._texts[kind]:
            try:
                text.render(facts)
            except TemplateError as error:
                yield error


def _language(facts: dict[str, object]) -> str | None:
    customer = facts.get("customer")
    return customer.language if isinstance(customer, Customer) else None


def _place(trace: TracebackType | None, outermost: Template) -> tuple[str, int]:
    file, line = str(outermost.name), 1
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            file, line = str(template.name), template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return file, line
