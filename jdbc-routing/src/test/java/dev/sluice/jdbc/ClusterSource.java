package dev.sluice.jdbc;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.Position;
import java.util.concurrent.CompletionStage;

/** What RoutingDataSource is to the scopes, for tests of the cluster alone. */
record ClusterSource(PooledCluster cluster) implements CausalSource {
  @Override
  public String name() {
    return "it";
  }

  @Override
  public long epoch() {
    return cluster.epoch();
  }

  @Override
  public CompletionStage<Position> positionCovering(long epoch) {
    return cluster.positionCovering(epoch);
  }

  @Override
  public void addCommitListener(CommitListener listener) {
    throw new UnsupportedOperationException("nothing commits through the cluster alone");
  }

  @Override
  public void removeCommitListener(CommitListener listener) {
    throw new UnsupportedOperationException("nothing commits through the cluster alone");
  }
}
