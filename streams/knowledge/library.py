"""The articles that the settings name, ready to be searched."""

from __future__ import annotations

from pathlib import Path

import structlog

from handoff_templates.articles import Articles, articles_folder, read_articles
from orchestrator.domain.policy import Rules
from orchestrator.knowledge.shelf import Shelf
from streams.knowledge.live_library import LiveLibrary
from streams.settings import Settings

log = structlog.get_logger(__name__)


def folder_of(settings: Settings) -> Path | None:
    """Return the folder of articles; None where the settings name none and the templates have none."""
    if settings.knowledge.folder is not None:
        return settings.knowledge.folder
    folder = articles_folder(settings.templates)
    return folder if folder.is_dir() else None


def read_library(settings: Settings, rules: Rules) -> LiveLibrary | None:
    """Return what a worker searches, and follows while it runs; None when it is turned off.

    What is wrong with an article is logged, and keeps none of the others out.

    Raises:
        NoFullTextSearch: this Python cannot search texts.
    """
    if not settings.knowledge.enabled:
        return None
    folder = folder_of(settings)
    articles = read_articles(folder, rules) if folder is not None else Articles((), [])
    for problem in articles.problems:
        log.warning("knowledge.problem", at=str(problem), do="see `handoff knowledge check`")
    return LiveLibrary(Shelf(articles.found), review_every=settings.knowledge.review_every)
