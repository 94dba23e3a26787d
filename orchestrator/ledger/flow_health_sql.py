"""The statements for the health of flows. There are as many rows as flows: tens, not thousands."""

from __future__ import annotations

WATCH = """
-- Sorted, as everywhere here, so that two processes wait for each other instead of deadlocking. All are due
-- at once: limits may have been edited since.
INSERT INTO flow_health AS f (flow, state, digest, next_at, chain)
SELECT u.flow, u.state, u.digest, $4, ''
FROM unnest($1::text[], $2::json[], $3::text[]) AS u(flow, state, digest) ORDER BY u.flow
ON CONFLICT (flow) DO UPDATE SET next_at = excluded.next_at, digest = excluded.digest
"""

CLAIM = """
INSERT INTO flow_health (flow, state, digest, next_at, chain)
SELECT u.flow, u.state, '', NULL, '' FROM unnest($1::text[], $2::json[]) AS u(flow, state) ORDER BY u.flow
ON CONFLICT (flow) DO NOTHING
"""

HELD = "SELECT flow, state FROM flow_health WHERE flow = ANY($1::text[]) ORDER BY flow FOR UPDATE"

NOTE = """
UPDATE flow_health f SET state = u.state, next_at = $3
FROM unnest($1::text[], $2::json[]) AS u(flow, state) WHERE f.flow = u.flow
"""

DUE = """
-- A row that one sweep holds, another skips; once it is free, it is not due any more. While a map is rolled
-- out, those with the map of the last start judge; the others, only what is left lying.
SELECT f.flow, f.state, f.chain
FROM unnest($1::text[], $2::text[]) AS u(flow, digest) JOIN flow_health f USING (flow)
WHERE f.next_at <= $3 AND (f.digest = u.digest OR f.next_at <= $4)
ORDER BY f.flow FOR UPDATE OF f SKIP LOCKED
"""

JUDGED = """
UPDATE flow_health f SET state = u.state, next_at = u.next_at, chain = u.chain
FROM unnest($1::text[], $2::json[], $3::timestamptz[], $4::bytea[]) AS u(flow, state, next_at, chain)
WHERE f.flow = u.flow
"""
