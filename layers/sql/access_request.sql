-- name: add
INSERT INTO gis.access_request (layer_id, unit, account_id, asked_by, purpose, acts, wanted_until)
VALUES (%(layer_id)s, %(unit)s, %(account_id)s, %(by)s, %(purpose)s, %(acts)s, %(until)s)
ON CONFLICT (layer_id, unit) WHERE state = 'pending' DO NOTHING
RETURNING id

-- name: page
SELECT r.id, l.slug, c.listed_as, l.title, l.title_en, l.unit, r.unit, r.account_id, r.asked_by,
       r.purpose, r.acts, r.wanted_until, r.state, r.answer, r.answered_by, r.asked_at,
       r.answered_at, r.share_id
  FROM gis.access_request r
  JOIN gis.layer l ON l.id = r.layer_id
  LEFT JOIN gis.closure c ON c.layer_id = l.id
 WHERE (%(id)s::bigint IS NULL OR r.id = %(id)s)
   AND (%(before)s::bigint IS NULL OR r.id < %(before)s)
   AND (%(state)s::text IS NULL OR r.state = %(state)s)
   AND (%(all)s OR r.account_id = %(account_id)s OR r.unit = ANY (%(asking)s)
        OR l.unit = ANY (%(deciding)s))
 ORDER BY r.id DESC
 LIMIT %(limit)s

-- name: lock
SELECT 1 FROM gis.access_request WHERE id = %(id)s FOR UPDATE

-- name: answer
UPDATE gis.access_request
   SET state = %(to)s, answer = %(answer)s, answered_by = %(by)s, share_id = %(share)s,
       answered_at = CASE WHEN %(to)s IN ('granted', 'refused') THEN now() END
 WHERE id = %(id)s
