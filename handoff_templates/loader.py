"""Reads a folder of handoff templates, and says everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

from handoff_templates import (
    calendars_file,
    clock_rows,
    context_file,
    kind_file,
    map_file,
    routing_file,
    sentiment_file,
    teams_file,
    translations_file,
)
from handoff_templates.folder import HOME, kinds_in, read_files, version_of
from handoff_templates.kind_file import KindFile
from handoff_templates.known import Known
from handoff_templates.map_names import Around
from handoff_templates.naming import require_slug
from handoff_templates.problems import Place, Problem, Problems, TemplatesInvalid
from handoff_templates.template_check import check_templates
from handoff_templates.words import TemplateWords
from handoff_templates.yaml_source import Value, read
from orchestrator.domain.calendars.calendar import BusinessCalendar
from orchestrator.domain.clocks.spec import ELAPSED_TIME
from orchestrator.domain.context.entitled import limited
from orchestrator.domain.context.rules import ContextRules
from orchestrator.domain.context.subjects import CATALOGUE
from orchestrator.domain.context.translations import Translations
from orchestrator.domain.integration_map.model import IntegrationMap
from orchestrator.domain.integration_map.sources import sources_of
from orchestrator.domain.policy import KindMatch, Policy, Routing, Rules, Team


def load(folder: Path | None = None) -> Policy:
    """Return the rules and words of `folder`, or those that come with this package.

    A folder has its own `teams.yaml` and a folder for each kind; it may do without `calendars.yaml`,
    `routing.yaml`, `context.yaml`, `translations.yaml`, `integration_map.yaml`,
    `sentiment.yaml` and `_shared`.

    Raises:
        TemplatesInvalid: something is wrong; it lists everything that is.
    """
    problems = Problems()
    rules, words = _read(folder or HOME, problems)
    found = problems.sorted()
    if found or words is None:
        raise TemplatesInvalid(found)
    return Policy(rules, words)


def check(folder: Path | None = None) -> list[Problem]:
    """Return everything that is wrong with `folder`, in order of file and line."""
    problems = Problems()
    _read(folder or HOME, problems)
    return problems.sorted()


def _read(folder: Path, problems: Problems) -> tuple[Rules, TemplateWords | None]:
    if not folder.is_dir():
        problems.add(Place(folder.as_posix()), "there is no such folder; give the path of a set of templates")
        return Rules(version="", kinds={}, teams={}), None
    files = read_files(folder, problems)
    calendars = _calendars(files, problems)
    names = {ELAPSED_TIME, *calendars} if calendars is not None else None
    teams = _teams(files, names, problems)
    context, translations = _context(files, teams, problems)
    known = Known(teams, names, {}, {*CATALOGUE, *context.own_fields})
    known = known._replace(clocks=_shared_clocks(files, known, problems))
    found = _kinds(folder, files, known, problems)
    found.sort(key=lambda file: (file.kind.order, file.kind.name))
    _check_order(found, problems)
    kinds = [file.kind for file in found]
    sources = {path: text for path, text in files.items() if path.endswith(".j2")}
    words = check_templates(sources, kinds, teams or {}, problems)
    integration_map = _map(files, Around(teams, kinds_in(folder), context.own_fields), problems)
    rules = Rules(
        version=version_of(files | calendars_file.dates_of(calendars or {})),
        kinds={kind.name: kind for kind in kinds},
        teams=teams or {},
        calendars=calendars or {},
        routing=_routing(files, integration_map, problems),
        context=context,
        translations=translations,
        integration_map=integration_map,
        lexicon=sentiment_file.lexicon_of(files[sentiment_file.FILE], problems),
    )
    return rules, words


def _document(path: str, files: dict[str, str], problems: Problems) -> Value | None:
    return read(files[path], path, problems) if path in files else None


def _calendars(files: dict[str, str], problems: Problems) -> dict[str, BusinessCalendar] | None:
    if calendars_file.FILE not in files:
        return {}
    document = _document(calendars_file.FILE, files, problems)
    return calendars_file.read_calendars(document, problems) if document is not None else None


def _teams(files: dict[str, str], calendars: set[str] | None, problems: Problems) -> dict[str, Team] | None:
    if teams_file.FILE not in files:
        problems.add(Place(teams_file.FILE), "the file is missing; list the teams in it")
        return None
    document = _document(teams_file.FILE, files, problems)
    return teams_file.read_teams(document, calendars, problems) if document is not None else None


def _routing(files: dict[str, str], integration_map: IntegrationMap, problems: Problems) -> Routing:
    document = _document(routing_file.FILE, files, problems)
    routing = routing_file.read_routing(document, problems) if document is not None else Routing()
    # Nothing that is older than the map allows decides what a customer is entitled to without a note.
    entitlements = limited(routing.entitlements, sources_of(integration_map))
    return routing.model_copy(update={"entitlements": entitlements})


def _context(
    files: dict[str, str], teams: dict[str, Team] | None, problems: Problems
) -> tuple[ContextRules, Translations]:
    context = _document(context_file.FILE, files, problems)
    words = _document(translations_file.FILE, files, problems)
    own_fields = context_file.read_own_fields(context, problems) if context is not None else {}
    translations = Translations()
    if words is not None:
        translations = translations_file.read_translations(words, own_fields, problems)
    if context is None:
        return ContextRules(), translations
    others = context_file.Others(teams, translations)
    return context_file.read_context(context, own_fields, others, problems), translations


def _map(files: dict[str, str], around: Around, problems: Problems) -> IntegrationMap:
    document = _document(map_file.FILE, files, problems)
    return map_file.read_map(document, around, problems) if document is not None else IntegrationMap()


def _shared_clocks(files: dict[str, str], known: Known, problems: Problems) -> dict[str, Value] | None:
    if clock_rows.SHARED_FILE not in files:
        return {}
    document = _document(clock_rows.SHARED_FILE, files, problems)
    return clock_rows.read_shared(document, known, problems) if document is not None else None


def _kinds(folder: Path, files: dict[str, str], known: Known, problems: Problems) -> list[KindFile]:
    read_kinds: list[KindFile] = []
    names = kinds_in(folder)
    if not names:
        problems.add(Place("."), "there is no kind of handoff; copy the folder of one")
    for name in names:
        path = f"{name}/{kind_file.FILE}"
        require_slug(name, "kind", Place(path), problems)
        if path not in files:
            problems.add(Place(path), "the file is missing; copy it from another kind")
            continue
        document = _document(path, files, problems)
        if document is not None:
            read_kinds.append(kind_file.read_kind(name, document, known, problems))
    return read_kinds


def _check_order(files: list[KindFile], problems: Problems) -> None:
    """Note each kind that is never chosen, because one tried before it matches all that it matches."""
    anything = KindMatch()
    for index, (kind, place) in enumerate(files):
        earlier = next((f.kind for f in files[:index] if f.kind.match in (kind.match, anything)), None)
        if earlier is None:
            continue
        if kind.match == anything:
            message = f"both {earlier.name!r} and {kind.name!r} match everything; give one of them a 'match'"
        elif earlier.match == anything:
            message = (
                f"{kind.name!r} is never chosen, since {earlier.name!r} of order {earlier.order} matches "
                "everything; give that one the highest 'order'"
            )
        else:
            message = (
                f"{kind.name!r} is never chosen, since {earlier.name!r} has the same 'match'; "
                "change one of the two"
            )
        problems.add(place, message)
