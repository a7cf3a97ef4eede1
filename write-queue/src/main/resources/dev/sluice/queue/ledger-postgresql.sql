-- Ledger of Sluice's write queue for PostgreSQL 13 or later. In the database of the written tables.

-- One row a lane; its lock serializes the appliers. blocked counts parked writes that hold back later ones of their ordering key.
CREATE TABLE IF NOT EXISTS sluice_lane (
  queue_id VARCHAR(64) NOT NULL,
  lane INT NOT NULL,
  lanes INT NOT NULL,
  blocked INT NOT NULL DEFAULT 0,
  PRIMARY KEY (queue_id, lane)
);

-- How far each start of each producer is applied.
CREATE TABLE IF NOT EXISTS sluice_stream (
  queue_id VARCHAR(64) NOT NULL,
  lane INT NOT NULL,
  producer_id VARCHAR(32) NOT NULL,
  last_seq BIGINT NOT NULL,
  changed_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (queue_id, lane, producer_id)
);

-- Writes that could not be applied (idx: place in the pack, from 0) and messages that must not be (idx -1).
-- state: 0 parked, 1 replayed, 2 discarded.
CREATE TABLE IF NOT EXISTS sluice_parked (
  id BIGSERIAL PRIMARY KEY,
  queue_id VARCHAR(64) NOT NULL,
  lane INT NOT NULL,
  producer_id VARCHAR(32) NOT NULL,
  seq BIGINT NOT NULL,
  idx INT NOT NULL,
  state SMALLINT NOT NULL DEFAULT 0,
  blocking SMALLINT NOT NULL,
  key_hash VARCHAR(64) NOT NULL,
  reason VARCHAR(40) NOT NULL,
  sql_state VARCHAR(5) NULL,
  vendor_code INT NOT NULL DEFAULT 0,
  body TEXT NOT NULL,
  parked_at TIMESTAMPTZ NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX IF NOT EXISTS sluice_parked_lane ON sluice_parked (queue_id, lane, state, id);
CREATE INDEX IF NOT EXISTS sluice_parked_producer ON sluice_parked (queue_id, producer_id, seq);
