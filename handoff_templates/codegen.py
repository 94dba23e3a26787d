"""How templates become Python here: as Jinja does it, but lighter, and bounded.

Four things differ from Jinja's own generator. A field of a fact is read without asking the sandbox, which
would allow it; what is printed is not escaped a second time; a block hands over its text in one piece instead
of passing each word up through its template; and a loop in a block or macro may not gather more than the
limit.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame

from orchestrator.domain.checklist import ChecklistLine
from orchestrator.domain.commands import RaiseEscalation, RequestHandoff
from orchestrator.domain.model import Customer, Reason, Receiver, Sender, Sentiment, Turn

_MODELS = (
    RequestHandoff,
    RaiseEscalation,
    Customer,
    Sender,
    Receiver,
    Reason,
    Sentiment,
    Turn,
    ChecklistLine,
)
OWNERS = {
    field: frozenset(model for model in _MODELS if field in model.model_fields)
    for field in {field for model in _MODELS for field in model.model_fields}
}
"""Field of a fact -> the exact types that have it."""
SHOWN = frozenset({"clip", "code", "code_block", "fixed", "signed", "team"})
"""Filters whose result is printed as it is."""
PIECES_LIMIT = 512
"""Pieces that a loop gathers before their length is looked at."""


def owners_name(field: str) -> str:
    """Return the attribute of the environment that holds the owners of `field`."""
    return f"owners_of_{field}"


class Generator(CodeGenerator):
    """Writes the Python code of a template for a `Sandbox`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._loops: set[int] = set()

    def blockvisit(self, nodes: Iterable[nodes.Node], frame: Frame) -> None:
        """Write the body of a block, loop, macro or condition."""
        if frame.block_frame and frame.buffer is None:
            self.buffer(frame)
            super().blockvisit(nodes, frame)
            self.writeline(f"yield concat({frame.buffer})")
            frame.buffer = None
            return
        super().blockvisit(nodes, frame)
        if frame.buffer is not None and id(nodes) in self._loops:
            self.writeline(f"if len({frame.buffer}) > {PIECES_LIMIT}: environment.compact({frame.buffer})")

    def visit_For(self, node: nodes.For, frame: Frame) -> None:
        """Write a loop."""
        self._loops.add(id(node.body))
        super().visit_For(node, frame)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write `name.field`."""
        if node.attr not in OWNERS or not isinstance(node.node, nodes.Name) or node.node.ctx != "load":
            super().visit_Getattr(node, frame)
            return
        owner = frame.symbols.ref(node.node.name)
        self.write(f"({owner}.{node.attr} if type({owner}) in environment.{owners_name(node.attr)} else ")
        super().visit_Getattr(node, frame)
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        """Write the operator `~`."""
        self.write("environment.tilde((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        const = node.as_const(frame.eval_ctx)
        return str(const if isinstance(node, nodes.TemplateData) else finalize.const(const))

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        is_shown = isinstance(node, nodes.Filter) and node.name in SHOWN
        self.write("(" if is_shown else finalize.src)

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")
