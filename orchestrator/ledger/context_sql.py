"""The statements of the context store: one each for a whole batch."""

from __future__ import annotations

CLAIM = """
-- Locks what is there and makes room for what is not, sorted, so that two processes with the same records
-- wait for each other instead of deadlocking. Nothing is changed yet.
INSERT INTO context_records AS c (subject, key, item, system, is_live, state, newest_at, received_at)
SELECT u.subject, u.key, u.item, u.system, false, '{}', $5, $5
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(subject, key, item, system)
ORDER BY u.subject, u.key, u.item, u.system
ON CONFLICT (subject, key, item, system) DO UPDATE SET state = c.state WHERE false
"""

HELD = """
-- Its own statement, so that it sees what was committed while the one before waited.
SELECT c.state FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(subject, key, item, system)
JOIN context_records c USING (subject, key, item, system)
WHERE c.state::text <> '{}'
"""

STORE = """
UPDATE context_records c SET is_live = u.is_live, state = u.state, newest_at = u.newest_at,
  received_at = u.received_at, phone_key = u.phone_key
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bool[], $6::json[], $7::timestamptz[],
            $8::timestamptz[], $9::bigint[])
  AS u(subject, key, item, system, is_live, state, newest_at, received_at, phone_key)
WHERE c.subject = u.subject AND c.key = u.key AND c.item = u.item AND c.system = u.system
"""

RELEASE = """
-- Room that was made for nothing, since the message was refused.
DELETE FROM context_records c
USING unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS u(subject, key, item, system)
WHERE c.subject = u.subject AND c.key = u.key AND c.item = u.item AND c.system = u.system
  AND c.state::text = '{}'
"""

LOAD = """
-- The conditions on the subject are those of two indexes; the newest of a key are read, however many it has.
SELECT c.key, c.state FROM context_records c
WHERE c.key = ANY($1::text[]) AND c.is_live AND c.subject NOT IN ('issue', 'interaction')
UNION ALL
SELECT k.key, c.state FROM unnest($1::text[]) AS k(key) CROSS JOIN unnest($2::text[]) AS s(subject)
CROSS JOIN LATERAL (
  SELECT r.state FROM context_records r
  WHERE r.key = k.key AND r.subject = s.subject AND r.is_live AND r.subject IN ('issue', 'interaction')
  ORDER BY r.newest_at DESC LIMIT $3
) AS c
"""

EMPTY = "TRUNCATE context_records"
COUNT = "SELECT count(*) FROM context_records WHERE is_live"
