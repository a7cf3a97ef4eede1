package dev.sluice.queue;

/** Places in the life of a batch where tests stop an applier. */
enum CrashPoint {
  AFTER_RECEIVE,
  AFTER_LOCK,
  AFTER_LEDGER,
  AFTER_APPLY,
  BEFORE_COMMIT,
  AFTER_COMMIT,
  AFTER_DELETE
}
