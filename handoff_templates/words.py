"""Words a packet: three templates of its kind, compiled once, rendered from the facts of one handoff."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType

from jinja2 import Template, TemplateNotFound
from jinja2.runtime import Context

from handoff_templates.environments import MarkdownText, PlainLines
from handoff_templates.sandbox import OUTPUT_LIMIT
from orchestrator.domain.errors import WordingError
from orchestrator.domain.policy import Team, Wording

BODY = "packet.md.j2"
OPENING_LINE = "opening_line.txt.j2"
CUSTOMER_NOTE = "customer_note.txt.j2"
TEXTS = (BODY, OPENING_LINE, CUSTOMER_NOTE)
"""The files of every kind."""


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


class TemplateWords:
    """The texts of every kind of one set of templates.

    Args:
        sources: path, such as `chat-to-phone/packet.md.j2`, -> template.
        kinds: the names of the kinds, each with all of `TEXTS` among the sources.
        teams: for the names of teams.

    Raises:
        jinja2.TemplateSyntaxError: a source cannot be compiled.
    """

    def __init__(self, sources: Mapping[str, str], kinds: Iterable[str], teams: Mapping[str, Team]) -> None:
        markdown, plain = MarkdownText(sources, teams), PlainLines(sources, teams)
        self._texts = {
            kind: (
                _Text(markdown.get_template(f"{kind}/{BODY}")),
                _Text(plain.get_template(f"{kind}/{OPENING_LINE}")),
                _Text(plain.get_template(f"{kind}/{CUSTOMER_NOTE}")),
            )
            for kind in kinds
        }

    def render(self, kind: str, facts: dict[str, object]) -> Wording:
        """Render the three texts of `kind`; the same facts always give the same texts.

        Raises:
            TemplateError: a template failed on these facts, or there are none for `kind`.
        """
        texts = self._texts.get(kind)
        if texts is None:
            raise TemplateError(kind, 1, "there are no templates for this kind")
        body, opening_line, customer_note = texts
        return Wording(
            opening_line=" ".join(opening_line.render(facts).split()),
            body=body.render(facts).strip(),
            customer_note=" ".join(customer_note.render(facts).split()),
        )

    def failures(self, kind: str, facts: dict[str, object]) -> Iterator[TemplateError]:
        """Return the failure of each text of `kind` that cannot be rendered with these facts."""
        for text in self._texts[kind]:
            try:
                text.render(facts)
            except TemplateError as error:
                yield error


def _place(trace: TracebackType | None, outermost: Template) -> tuple[str, int]:
    file, line = str(outermost.name), 1
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if template is not None:
            file, line = str(template.name), template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    return file, line
