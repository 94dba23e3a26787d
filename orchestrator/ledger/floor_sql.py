"""The statements of those who watch what is open."""

from __future__ import annotations

TAIL = """
-- One statement, so that what is seen and its snapshot belong together. The transaction number that it
-- takes for itself, after its snapshot, is above all that had begun by then; the snapshot's own xmax is above
-- those that had ended only. Where nothing is new, no number is used up.
SELECT s.xmin, CASE WHEN j.seq IS NOT NULL THEN pg_current_xact_id()::text::bigint ELSE 0 END AS until, j.*
FROM (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin) AS s
LEFT JOIN LATERAL (
  SELECT e.* FROM unnest($1::bigint[], $2::bigint[]) AS g(first, last)
  CROSS JOIN LATERAL (
    SELECT seq, handoff_id, version, case_id, type, at,
           CASE WHEN type = ANY($3::text[]) THEN data END AS data
    FROM journal WHERE seq BETWEEN g.first AND g.last ORDER BY seq LIMIT $4
  ) AS e
  ORDER BY e.seq LIMIT $4
) AS j ON true
ORDER BY j.seq
"""

BEGINNING = """
SELECT coalesce((SELECT max(seq) FROM journal), 0) AS seq,
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xmin,
       pg_current_xact_id()::text::bigint AS until
"""

OPEN_IDS = "SELECT id FROM handoffs WHERE status IN ('held', 'offered', 'accepted')"

OPEN_ROWS = """
-- The first entry of a journal says whose case it is in a few bytes; the request holds all that was said.
SELECT h.id, h.case_id, h.customer_id, h.account_id, h.kind, h.status, h.sending_team, h.receiving_team,
       h.priority, h.reason, h.requested_at, h.state, f.data AS requested,
       (SELECT count(*) FROM handoffs b
        WHERE b.case_id = h.case_id AND b.requested_at <= h.requested_at AND b.id <> h.id
          AND b.status IN ('declined', 'returned')) AS bounces
-- By id alone, or the index of all that is open is read for a few of them.
FROM (SELECT * FROM handoffs WHERE id = ANY($1::uuid[]) OFFSET 0) AS h
LEFT JOIN journal f ON f.handoff_id = h.id AND f.version = 1
WHERE h.status IN ('held', 'offered', 'accepted')
"""

SIGNS = """
-- The oldest rung comes first in its index; dead letters are counted as far as a number says something.
SELECT clock_timestamp() AS now,
       (SELECT next_at FROM clocks WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1) AS next_at,
       (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE replayed_at IS NULL LIMIT 10000) AS d)
         AS dead_letters
"""

PROGRESS = "SELECT topic, partition, next_offset FROM progress WHERE cluster = $1 AND consumer_group = $2"
CLUSTERS = "SELECT DISTINCT cluster FROM progress"
