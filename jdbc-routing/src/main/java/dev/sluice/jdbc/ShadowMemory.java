package dev.sluice.jdbc;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.Position;
import java.util.concurrent.CompletionStage;

/**
 * Stands for a data source in what callers remember of it: what they would have seen if it had
 * routed. Kept apart from what they have seen, which tokens speak of. Immutable.
 */
final class ShadowMemory implements CausalSource {
  private final CausalSource source;

  ShadowMemory(CausalSource source) {
    this.source = source;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public long epoch() {
    return source.epoch();
  }

  @Override
  public CompletionStage<Position> positionCovering(long epoch) {
    return source.positionCovering(epoch);
  }

  @Override
  public void addCommitListener(CommitListener listener) {
    source.addCommitListener(listener);
  }

  @Override
  public void removeCommitListener(CommitListener listener) {
    source.removeCommitListener(listener);
  }
}
