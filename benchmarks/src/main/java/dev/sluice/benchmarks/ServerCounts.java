package dev.sluice.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the database server itself counted for all messages of a run. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class ServerCounts {
  /** Statements. */
  public long statements;

  /** Commits. */
  public long commits;
}
