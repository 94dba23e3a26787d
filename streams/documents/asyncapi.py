"""`asyncapi.yaml`: what the orchestrator receives and sends, from the models and the table of topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from orchestrator.domain.commands import COMMANDS
from orchestrator.domain.context.observation import TYPES, Observation
from orchestrator.domain.events import JOURNAL_ENTRIES
from orchestrator.domain.knowledge import PublishedArticle
from orchestrator.domain.model import Frozen
from streams.documents.generated_yaml import drift, rendered
from streams.documents.schemas import path_of
from streams.topics.naming import TEAM
from streams.topics.spec import Direction, TopicSpec
from streams.topics.table import TABLE

FILE: Final = "asyncapi.yaml"
INTERFACE_VERSION: Final = "1.0.0"
_BINDING: Final = "0.5.0"
_DEAD_LETTER: Final = "deadLetter"


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of the topics that others write or read."""
    shown = [spec for spec in TABLE if spec.direction is not Direction.INTERNAL]
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Handoff orchestrator",
            "version": INTERFACE_VERSION,
            "description": (
                "Handoffs between support channels and teams, as CloudEvents 1.0 on Kafka. What comes in may "
                "be in binary or structured mode; what goes out is in binary mode. Ignore fields and words "
                "you do not know; a duplicate has the same source and id."
            ),
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {_channel_id(spec): _channel(spec) for spec in shown},
        "operations": {_operation_id(spec): _operation(spec) for spec in shown},
        "components": {
            "messages": {
                **{name: _message(name, spec) for spec in shown for name in spec.event_types},
                _DEAD_LETTER: _dead_letter(),
            },
            "schemas": {"cloudEventHeaders": _cloud_event_headers()},
        },
    }


def render() -> str:
    """Return the document as YAML, the same at every call."""
    return rendered(document(), "asyncapi")


def write(root: Path) -> None:
    """Write the document below `root`."""
    (root / FILE).write_text(render(), encoding="utf-8")


def check(root: Path) -> list[str]:
    """Return a line when the file below `root` is missing or is not what the models and the table say."""
    return drift(root / FILE, render())


def _camel(spec: TopicSpec) -> str:
    name = spec.name.replace(f".{TEAM}", "").removeprefix("support.handoff.").removeprefix("support.")
    base = name.rpartition(".v")[0]
    first, *rest = base.replace("-", ".").split(".")
    return first + "".join(word.capitalize() for word in rest)


def _channel_id(spec: TopicSpec) -> str:
    return _camel(spec)


def _operation_id(spec: TopicSpec) -> str:
    name = _camel(spec)
    return f"{_action(spec)}{name[0].upper()}{name[1:]}"


def _action(spec: TopicSpec) -> str:
    return "receive" if spec.direction is Direction.IN else "send"


def _messages(spec: TopicSpec) -> tuple[str, ...]:
    return spec.event_types or (_DEAD_LETTER,)


def _channel(spec: TopicSpec) -> dict[str, Any]:
    settings: dict[str, Any] = {"cleanup.policy": [spec.cleanup], "max.message.bytes": spec.max_message_bytes}
    if spec.retention is not None:
        settings["retention.ms"] = int(spec.configs["retention.ms"])
    if spec.tombstones_for is not None:
        settings["delete.retention.ms"] = int(spec.configs["delete.retention.ms"])
    channel: dict[str, Any] = {
        "address": spec.name,
        "description": spec.purpose,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _messages(spec)},
        "bindings": {"kafka": {"topicConfiguration": settings, "bindingVersion": _BINDING}},
    }
    if TEAM in spec.name:
        channel["parameters"] = {
            "team": {"description": "The receiving team's id, escaped where Kafka would refuse it."}
        }
    return channel


def _operation(spec: TopicSpec) -> dict[str, Any]:
    channel = f"#/channels/{_channel_id(spec)}"
    return {
        "action": _action(spec),
        "channel": {"$ref": channel},
        "summary": spec.purpose,
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in _messages(spec)],
    }


def _message(name: str, spec: TopicSpec) -> dict[str, Any]:
    model = _model(name)
    return {
        "name": name,
        "title": model.__name__,
        "summary": (model.__doc__ or name).strip().partition("\n")[0],
        "contentType": "application/json",
        "headers": {
            "allOf": [
                {"$ref": "#/components/schemas/cloudEventHeaders"},
                {"properties": {"ce_type": {"const": name}}},
            ]
        },
        "payload": {"$ref": f"./{path_of(name)}"},
        "bindings": {
            "kafka": {"key": {"type": "string", "description": spec.key}, "bindingVersion": _BINDING}
        },
    }


def _model(name: str) -> type[Frozen]:
    if name in TYPES:
        return Observation
    return {**COMMANDS, **JOURNAL_ENTRIES, PublishedArticle.type: PublishedArticle}[name]


def _dead_letter() -> dict[str, Any]:
    return {
        "name": _DEAD_LETTER,
        "title": "DeadLetter",
        "summary": "A message that was given up: its own bytes and headers, and headers that say why.",
        "contentType": "application/octet-stream",
        "payload": {"description": "The bytes as they came, whatever they are."},
    }


def _cloud_event_headers() -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    return {
        "type": "object",
        "description": "The attributes of CloudEvents 1.0 in the headers of binary mode.",
        "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time"],
        "properties": {
            "ce_specversion": {"const": "1.0"},
            "ce_id": {**text, "description": "Unique within its source."},
            "ce_source": {**text, "description": "Which system it comes from.", "format": "uri-reference"},
            "ce_type": text,
            "ce_time": {**text, "format": "date-time", "description": "When it happened at its source."},
            "ce_subject": {**text, "description": "The handoff, or the flow, that it is about."},
            "ce_dataschema": {**text, "format": "uri", "description": "The $id of the payload's schema."},
            "content-type": {"type": "string", "examples": ["application/json"]},
        },
    }
