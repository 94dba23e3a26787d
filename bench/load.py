"""The requests that every contestant reads: about 3 KB each, the same ones in every run."""

from __future__ import annotations

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer

from orchestrator.domain.commands import RequestHandoff
from tests.builders import Record, a_large_request, a_record

IN_TOPIC = RequestHandoff.type
_VARIETY = 200
"""Distinct requests that are built; the others have the words of one of them under another case."""
_BATCH_BYTES = 1_000_000


class Requests:
    """Numbered requests: number `n` is always the same record."""

    def __init__(self) -> None:
        self._samples = [a_record(a_large_request(n)) for n in range(_VARIETY)]

    def record(self, n: int, *, prefix: str = "load") -> Record:
        """Return request `n`; requests with different prefixes are different handoffs."""
        index = n % _VARIETY
        sample = self._samples[index]
        case = f"{prefix}-{n}".encode()
        headers = [(k, case if k == "ce_id" else v) for k, v in sample.headers]
        value = sample.value.replace(b'"case_id":"case-%d"' % index, b'"case_id":"%s"' % case, 1)
        # A customer has two cases; nobody has hundreds at once.
        value = value.replace(b'"id":"cust-%d"' % index, b'"id":"cust-%d"' % (n // 2), 1)
        value = value.replace(b'"account_id":"acct-%d"' % index, b'"account_id":"acct-%d"' % (n // 2), 1)
        return Record(case, headers, value)


async def fill(kafka: dict[str, str], partitions: int, requests: Requests, total: int) -> int:
    """Write `total` requests to the in-topic, the same number to each partition, and return their bytes.

    Which partition a case is on does not matter here: each case has one request.
    """
    producer = AIOKafkaProducer(**kafka, acks="all", max_batch_size=_BATCH_BYTES, max_request_size=4_000_000)
    await producer.start()
    sent: list[Any] = []
    written = 0
    try:
        builders = [producer.create_batch() for _ in range(partitions)]
        for n in range(total):
            place = n % partitions
            record = requests.record(n)
            written += len(record.value)
            if builders[place].append(timestamp=None, **_fields(record)) is None:
                sent.append(await producer.send_batch(builders[place], IN_TOPIC, partition=place))
                builders[place] = producer.create_batch()
                builders[place].append(timestamp=None, **_fields(record))
        for place, builder in enumerate(builders):
            if builder.record_count():
                sent.append(await producer.send_batch(builder, IN_TOPIC, partition=place))
        await asyncio.gather(*sent)
    finally:
        await producer.stop()
    return written


def _fields(record: Record) -> dict[str, Any]:
    return {"key": record.key, "value": record.value, "headers": record.headers}
