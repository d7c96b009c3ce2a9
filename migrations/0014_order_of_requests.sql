-- In which order requests came, whatever the clock said: with a clock that was ahead for a while, an old talk would be taken for
-- a visitor's last until that day has come.

-- Up Migration

ALTER TABLE requests ADD COLUMN number bigint;
UPDATE requests SET number = counted.number
  FROM (SELECT id, row_number() OVER (ORDER BY joined_at, id) AS number FROM requests) AS counted
  WHERE requests.id = counted.id;
ALTER TABLE requests ALTER COLUMN number SET NOT NULL;
ALTER TABLE requests ALTER COLUMN number ADD GENERATED ALWAYS AS IDENTITY;
SELECT setval(pg_get_serial_sequence('requests', 'number'), (SELECT coalesce(max(number), 0) + 1 FROM requests), false);
DROP INDEX requests_of_visitor;
CREATE INDEX requests_of_visitor ON requests (workgroup, visitor_bare, number DESC) WHERE ended_at IS NOT NULL;

-- Down Migration

DROP INDEX requests_of_visitor;
CREATE INDEX requests_of_visitor ON requests (workgroup, visitor_bare, ended_at DESC) WHERE ended_at IS NOT NULL;
ALTER TABLE requests DROP COLUMN number;
