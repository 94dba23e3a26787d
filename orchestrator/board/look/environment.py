"""What every template can say: words of one language, marks, addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context, Undefined

from orchestrator.board.look import instants
from orchestrator.board.look.catalogue import gettext, languages, ngettext
from orchestrator.board.look.icons import icon
from orchestrator.board.look.labels import CHIPS, ICONS, labels
from orchestrator.board.look.numbers import share_text
from orchestrator.board.look.static_files import static
from orchestrator.domain.sentence import say

_TEMPLATES: Final = Path(__file__).parent.parent / "templates"
_UTC: Final = ZoneInfo("UTC")


def environment(language: str, team: Callable[[str], str]) -> Environment:
    """Return the templates as they are read in `language`; `team` tells a team's name from its id."""
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    templates.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext(language), ngettext(language), newstyle=True
    )
    templates.filters["say"] = partial(say, _=gettext(language))
    templates.globals |= {
        "language": language,
        "languages": languages(),
        "phrases": json.dumps(instants.phrases(language), ensure_ascii=False),
        "product_version": _product_version(),
        "icon": icon,
        "icon_of": ICONS,
        "chip_of": CHIPS,
        "labels": labels(language),
        "static": static,
        "url": url,
        "team_name": team,
        "fresh_press": lambda: str(uuid4()),
        "clock_text": _clock_text(language),
        "full_text": _full_text(language),
        "ago_text": _ago_text(language),
        "countdown_text": _countdown_text(language),
        "share_text": partial(share_text, language=language),
        "length_text": lambda length: instants.length_text(length, language=language),
    }
    return templates


def url(path: str, /, **query: object) -> str:
    """Return a local address: `path` and what of `query` is not None or empty."""
    pairs = [(name, value) for name, value in query.items() if value not in (None, "")]
    return quote(path, safe="/%") + ("?" + urlencode(pairs, doseq=True) if pairs else "")


@cache
def _product_version() -> str:
    return version("handoff-orchestrator")


def _zone(context: Context) -> ZoneInfo:
    preferences = context.get("preferences")
    return _UTC if preferences is None or isinstance(preferences, Undefined) else preferences.zone


def _now(context: Context) -> datetime | None:
    now = context.get("now")
    return now if isinstance(now, datetime) else None


def _clock_text(language: str) -> Callable[[Context, datetime], str]:
    @pass_context
    def text(context: Context, instant: datetime) -> str:
        said = instants.clock_text(instant, zone=_zone(context), language=language, now=_now(context))
        # A piece of a page does not know its reader: it says whose time it is until a script puts theirs.
        return said if "preferences" in context else f"{said} UTC"

    return text


def _full_text(language: str) -> Callable[[Context, datetime], str]:
    @pass_context
    def text(context: Context, instant: datetime) -> str:
        return instants.full_text(instant, zone=_zone(context), language=language)

    return text


def _ago_text(language: str) -> Callable[[Context, datetime], str]:
    @pass_context
    def text(context: Context, instant: datetime) -> str:
        now = _now(context)
        if now is None:
            return f"{instants.clock_text(instant, zone=_zone(context), language=language)} UTC"
        return instants.ago_text(instant, now=now, language=language)

    return text


def _countdown_text(language: str) -> Callable[[Context, datetime], str]:
    @pass_context
    def text(context: Context, due_at: datetime) -> str:
        now = _now(context)
        if now is not None:
            return instants.countdown_text(due_at, now=now, language=language)
        _ = gettext(language)
        said = instants.clock_text(due_at, zone=_UTC, language=language)
        return _("due {time}").format(time=f"{said} UTC")

    return text
