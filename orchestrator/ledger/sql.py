"""The hot statements, set-based: one each for a whole batch."""

from __future__ import annotations

ADVANCE = """
-- The epoch is the fence: a claim by another worker raised it, and then no row matches.
UPDATE progress p SET next_offset = u.next_offset
FROM unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[]) AS u(topic, part, next_offset, epoch)
WHERE p.cluster = $1 AND p.consumer_group = $2
  AND p.topic = u.topic AND p.partition = u.part AND p.epoch = u.epoch
"""

CLAIM_PARTITIONS = """
INSERT INTO progress AS p (cluster, consumer_group, topic, partition, epoch, owner)
SELECT $1, $2, u.topic, u.part, 1, $5 FROM unnest($3::text[], $4::int[]) AS u(topic, part)
ORDER BY u.topic, u.part
ON CONFLICT (cluster, consumer_group, topic, partition)
DO UPDATE SET epoch = p.epoch + 1, owner = excluded.owner
RETURNING topic, partition, epoch, next_offset
"""

CLAIM_EVENTS = """
-- Sorted, so that two workers with the same events wait for each other instead of deadlocking.
INSERT INTO inbox (event_id, received_at)
SELECT id, $2 FROM unnest($1::uuid[]) AS u(id) ORDER BY id
ON CONFLICT DO NOTHING RETURNING event_id
"""

LOAD = """
SELECT id, state, chain, request_type, CASE WHEN id = ANY($3::uuid[]) THEN request END AS request
FROM handoffs
WHERE id = ANY($1::uuid[])
   OR (case_id = ANY($2::text[]) AND status IN ('held', 'offered', 'accepted', 'declined', 'returned'))
ORDER BY id FOR UPDATE
"""

LOAD_DUE = """
-- The handoff is locked, never the clock: the row lock of the handoff decides reply against breach.
SELECT h.id, h.state, h.chain, h.request_type, NULL AS request
FROM clocks c JOIN handoffs h ON h.id = c.handoff_id
WHERE c.next_at <= $1
ORDER BY c.next_at LIMIT $2
FOR UPDATE OF h SKIP LOCKED
"""

LOAD_TRAILS = """
-- The newest of each case, even of one that a loop between two programs has handed on ten thousand times.
SELECT u.case_id, h.* FROM unnest($1::text[]) AS u(case_id) CROSS JOIN LATERAL (
  SELECT id, kind, sending_team, receiving_team, requested_at, status, reason, state FROM handoffs
  WHERE case_id = u.case_id
  ORDER BY requested_at DESC, status IN ('held', 'offered', 'accepted') DESC, id DESC LIMIT $2
) AS h
"""

_OPEN_COLUMNS = "id, case_id, kind, receiving_team, status, requested_at, priority, reason"
_OPEN = "status IN ('held', 'offered', 'accepted')"

LOAD_OPEN_WORK = f"""
-- Of each account; and of each customer what names no account, or all of it where none is asked for.
SELECT u.n, h.* FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS u(account_id, customer_id, n)
CROSS JOIN LATERAL (
  SELECT *, count(*) OVER () AS total FROM (
    (SELECT {_OPEN_COLUMNS} FROM handoffs WHERE account_id = u.account_id AND {_OPEN}
     ORDER BY requested_at DESC, id DESC LIMIT $4)
    UNION ALL
    (SELECT {_OPEN_COLUMNS} FROM handoffs
     WHERE customer_id = u.customer_id AND account_id IS NULL AND {_OPEN}
     ORDER BY requested_at DESC, id DESC LIMIT $4)
    UNION ALL
    (SELECT {_OPEN_COLUMNS} FROM handoffs
     WHERE u.account_id IS NULL AND customer_id = u.customer_id AND account_id IS NOT NULL AND {_OPEN}
     ORDER BY requested_at DESC, id DESC LIMIT $4)
  ) AS f
  ORDER BY requested_at DESC, id DESC LIMIT $3
) AS h
"""  # noqa: S608

OPEN_COUNTS = """
-- A packet that is held is not with its receiving team yet.
SELECT receiving_team, count(*) AS open FROM handoffs
WHERE receiving_team = ANY($1::text[]) AND status IN ('offered', 'accepted')
GROUP BY receiving_team
"""

UPDATE_HANDOFFS = """
UPDATE handoffs h SET status = u.status, receiving_team = u.receiving_team, priority = u.priority,
  state = u.state, chain = u.chain
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::json[], $6::bytea[])
  AS u(id, status, receiving_team, priority, state, chain)
WHERE h.id = u.id
"""

UPSERT_CLOCKS = """
INSERT INTO clocks AS c
  (handoff_id, kind, generation, team, state, started_at, ended_at, due_at, next_rung, next_at)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::int[], $4::text[], $5::text[], $6::timestamptz[],
                     $7::timestamptz[], $8::timestamptz[], $9::text[], $10::timestamptz[])
ON CONFLICT (handoff_id, kind, generation) DO UPDATE SET
  team = excluded.team, state = excluded.state, started_at = excluded.started_at,
  ended_at = excluded.ended_at, due_at = excluded.due_at,
  next_rung = excluded.next_rung, next_at = excluded.next_at
"""

_PARKED_COLUMNS = """event_id, handoff_id, cause, type, command, code, message, expires_at,
  topic, partition, "offset", key, value, header_names, header_values"""

UNPARK = f"DELETE FROM parked WHERE handoff_id = ANY($1::uuid[]) RETURNING {_PARKED_COLUMNS}"  # noqa: S608

TAKE_EXPIRED = f"""
DELETE FROM parked WHERE event_id IN (
  SELECT event_id FROM parked WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
) RETURNING {_PARKED_COLUMNS}
"""  # noqa: S608

WAITING_FOR_KNOWN = """
SELECT DISTINCT p.handoff_id FROM parked p JOIN handoffs h ON h.id = p.handoff_id
WHERE p.code = 'unknown-handoff' LIMIT $1
"""

DEAD_LETTER = """
-- A partition that is read again gives the same dead letters again; they are kept once.
INSERT INTO dead_letters
  (cluster, topic, partition, "offset", key, value, header_names, header_values, code, message, failed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (cluster, topic, partition, "offset") DO NOTHING RETURNING id
"""

KEEP_RULES = "INSERT INTO policies (version, rules, first_used_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
RULES = "SELECT rules FROM policies WHERE version = $1"
