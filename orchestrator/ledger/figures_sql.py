"""The parts that the figures about clocks are put together from."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, case, or_, text

from orchestrator.ledger.tables import clocks as c
from orchestrator.ledger.tables import handoffs as h

WITHOUT_NUL: Final = r"""
CASE WHEN strpos(h.state::text, '\u0000') = 0 THEN h.state
     ELSE regexp_replace(h.state::text, '(?<!\\)((?:\\\\)*)\\u0000', '\1', 'g')::json END
"""
"""The state of a handoff `h` as PostgreSQL can take it apart: one NUL in a text, and it refuses all of it."""

is_late: Final[ColumnElement[bool]] = and_(
    c.c.due_at.is_not(None),
    or_(c.c.state == "breached", c.c.ended_at.is_(None), c.c.due_at < c.c.ended_at),
)
"""Whether its due instant, once that has passed, is a breach; `figures.in_time.decided` says the same."""

verdict: Final[ColumnElement[str]] = case((is_late, "breached"), else_="met")
decided_at: Final = case((is_late, c.c.due_at), (c.c.state == "met", c.c.ended_at))

is_first_breach: Final = text(f"""
-- A run that goes on from one that was breached before is not counted again.
(clocks.generation = 1 OR clocks.state = 'met' OR NOT EXISTS (
  SELECT FROM handoffs h, json_array_elements({WITHOUT_NUL} -> 'clocks') AS k
  WHERE h.id = clocks.handoff_id
    AND k ->> 'kind' = clocks.kind AND (k ->> 'generation')::int = clocks.generation
    AND (k -> 'inherited')::jsonb ? 'breach'
))
""")

sending: Final = h.c.sending_team
receiving: Final = case((c.c.team == h.c.sending_team, h.c.receiving_team), else_=c.c.team)
"""The team that owed, even if the offer has gone to another one since."""
