-- Ledger of Sluice's write queue for MySQL 8.0 or later and MariaDB 10.6 or later. In the database of the written tables.

-- One row a lane; its lock serializes the appliers. blocked counts parked writes that hold back later ones of their ordering key.
CREATE TABLE IF NOT EXISTS sluice_lane (
  queue_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lane INT NOT NULL,
  lanes INT NOT NULL,
  blocked INT NOT NULL DEFAULT 0,
  PRIMARY KEY (queue_id, lane)
) ENGINE = InnoDB;

-- How far each start of each producer is applied.
CREATE TABLE IF NOT EXISTS sluice_stream (
  queue_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lane INT NOT NULL,
  producer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_seq BIGINT NOT NULL,
  changed_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (queue_id, lane, producer_id)
) ENGINE = InnoDB;

-- Writes that could not be applied (idx: place in the pack, from 0) and messages that must not be (idx -1).
-- state: 0 parked, 1 replayed, 2 discarded.
CREATE TABLE IF NOT EXISTS sluice_parked (
  id BIGINT NOT NULL AUTO_INCREMENT,
  queue_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  lane INT NOT NULL,
  producer_id CHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT NOT NULL,
  idx INT NOT NULL,
  state SMALLINT NOT NULL DEFAULT 0,
  blocking SMALLINT NOT NULL,
  key_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sql_state VARCHAR(5) CHARACTER SET ascii COLLATE ascii_bin NULL,
  vendor_code INT NOT NULL DEFAULT 0,
  body LONGTEXT CHARACTER SET utf8mb4 NOT NULL,
  parked_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (id),
  KEY sluice_parked_lane (queue_id, lane, state, id),
  KEY sluice_parked_producer (queue_id, producer_id, seq)
) ENGINE = InnoDB;
