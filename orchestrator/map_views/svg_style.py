"""Colours of the drawing, light and dark as the reader likes it."""

from __future__ import annotations

from typing import Final

from orchestrator.domain.sentence import Sentence

LAYERS: Final = {
    "core": Sentence("core"),
    "identity": Sentence("identity"),
    "data": Sentence("data"),
    "communication": Sentence("communication"),
    "knowledge": Sentence("knowledge"),
    "workflow": Sentence("workflow"),
    "ai": Sentence("AI"),
    "manual": Sentence("by hand"),
    "outside": Sentence("outside the map"),
}
"""Layer -> what the legend calls it."""

_LIGHT: Final = (
    "--map-paper:#fff;--map-box:#f6f7f9;--map-ink:#1b2430;--map-soft:#55606e;--map-line:#8b96a4;"
    "--map-edge:#cdd4dc;--map-ok:#1d7a45;--map-warn:#9a6400;--map-error:#b3361e;"
    "--map-core:#2b62b8;--map-identity:#7a4cb0;--map-data:#0f7c86;--map-communication:#a3467f;"
    "--map-knowledge:#4d7c0f;--map-workflow:#b45309;--map-ai:#be123c;--map-manual:#6b7280;"
)
_DARK: Final = (
    "--map-paper:#1b212a;--map-box:#242c37;--map-ink:#e8ecf1;--map-soft:#a3aebb;--map-line:#7d8998;"
    "--map-edge:#3d4855;--map-ok:#6fce97;--map-warn:#e6b450;--map-error:#f08a6c;"
    "--map-core:#7fb0f5;--map-identity:#c4a1f0;--map-data:#5ec8d2;--map-communication:#eb9acb;"
    "--map-knowledge:#a3d65c;--map-workflow:#f5b06b;--map-ai:#fb8aa3;--map-manual:#a3aebb;"
)
_LINES: Final = {"unknown": "line", "ok": "ok", "warn": "warn", "error": "error"}

_RULES: Final = (
    ".map-drawing{background:var(--map-paper)}"
    ".map-drawing text{fill:var(--map-ink);font:600 13px system-ui,'DejaVu Sans',sans-serif}"
    ".map-drawing .map-owner{fill:var(--map-soft);font-weight:400;font-size:11.5px}"
    ".map-drawing .map-label{fill:var(--map-soft);font-weight:400;font-size:11.5px;"
    "paint-order:stroke;stroke:var(--map-paper);stroke-width:4px;stroke-linejoin:round}"
    ".map-drawing .map-label.warn{fill:var(--map-warn);font-weight:600}"
    ".map-drawing .map-label.error{fill:var(--map-error);font-weight:600}"
    ".map-drawing .map-box{fill:var(--map-box);stroke:var(--map-edge)}"
    ".map-drawing .map-box.outside{fill:none;stroke-dasharray:5 4}"
    ".map-drawing .map-flow{fill:none;stroke-width:1.6}"
    ".map-drawing .map-flow.warn,.map-drawing .map-flow.error{stroke-width:2.6}"
    ".map-drawing .map-flow.manual{stroke-dasharray:6 5}"
    + "".join(
        f".map-drawing .map-flow.{state}{{stroke:var(--map-{colour})}}"
        f".map-drawing .map-head.{state}{{fill:var(--map-{colour})}}"
        for state, colour in _LINES.items()
    )
    + "".join(
        f".map-drawing .map-bar.{layer}{{fill:var(--map-{layer})}}" for layer in LAYERS if layer != "outside"
    )
    + ".map-drawing .map-bar.outside{fill:none}"
)
STYLE: Final = (
    f".map-drawing{{{_LIGHT}}}@media (prefers-color-scheme:dark){{.map-drawing{{{_DARK}}}}}{_RULES}"
)
"""For a drawing that stands by itself: light or dark as its reader's machine is."""
PAGE_STYLE: Final = (
    _RULES + ".map-drawing a{cursor:pointer}"
    ".map-drawing a:hover .map-flow,.map-drawing a.picked .map-flow{stroke-width:4}"
    ".map-drawing a:hover .map-box,.map-drawing a.picked .map-box,.map-drawing a:focus .map-box"
    "{stroke:var(--map-ink);stroke-width:2.5}"
    ".map-drawing a:focus .map-flow{stroke-width:5}"
    ".map-drawing a:focus{outline:none}"
    ".map-drawing.has-picked a:not(.picked):not(.touched):not(:hover):not(:focus){opacity:.3}"
)
"""For a drawing in a page that has the colours: `--map-paper` and the others of `_LIGHT`."""
STATES: Final = tuple(_LINES)
