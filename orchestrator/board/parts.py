"""What the pages are made from: handed in once, where the process is put together."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import HTTPConnection

from orchestrator.board.live.floor import Floor
from orchestrator.board.live.hub import Hub
from orchestrator.board.live.pulse import Pulse
from orchestrator.board.look.rendering import Renderer
from orchestrator.board.ops.source import MapSource
from orchestrator.desk import Desk
from orchestrator.domain.policy import Policy
from orchestrator.ledger.readers import Readers
from orchestrator.wall_clock import WallClock


@dataclass(slots=True)
class Parts:
    """Everything that a page may ask, do and show."""

    desk: Desk
    """The one door for what people do."""
    policy: Policy
    clock: WallClock
    readers: Readers
    """For what is not in memory."""
    floor: Floor
    renderer: Renderer
    map_source: MapSource
    """The integration map as it is on disk now."""
    hub: Hub = field(default_factory=Hub)
    """Everybody who watches."""
    pulse: Pulse = field(default_factory=Pulse)
    """Replaced whenever it is felt again."""


def parts_of(connection: HTTPConnection) -> Parts:
    """Return the parts of the application that answers."""
    parts = connection.app.state.parts
    assert isinstance(parts, Parts)
    return parts
