package dev.sluice.insights;

/** What can be done about a load, in the order in which it should be tried. */
public enum Remedy {
  /** Fetch with one statement what a loop fetches one by one. */
  FIX_N_PLUS_ONE,
  /** Send writes of a loop as one batch. */
  BATCH_WRITES,
  /** Answer repeated reads from a cache (module sluice-cache). */
  CACHE,
  /** Send reads to replicas (module sluice-jdbc-routing). */
  REPLICA,
  /** Queue writes and apply them in few transactions (module sluice-write-queue). */
  QUEUE,
  /** Move a table to DynamoDB (module sluice-nosql-adapter). */
  DYNAMODB,
  /** Leave it as it is. */
  DO_NOTHING
}
