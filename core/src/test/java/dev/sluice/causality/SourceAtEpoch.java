package dev.sluice.causality;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A source whose samples a test makes. */
final class SourceAtEpoch implements CausalSource {
  private final String name;
  volatile long epoch = 1;
  volatile CompletableFuture<Position> answer =
      CompletableFuture.completedFuture(new Position("t", 1_000));

  SourceAtEpoch(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public CompletionStage<Position> positionCovering(long covered) {
    return answer;
  }

  @Override
  public void addCommitListener(CommitListener listener) {}

  @Override
  public void removeCommitListener(CommitListener listener) {}
}
