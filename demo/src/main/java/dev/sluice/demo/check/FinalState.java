package dev.sluice.demo.check;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the servers hold when nothing is under way any more and the replicas have caught up.
 *
 * @param primary the books
 * @param replicas each of them, which must hold the same
 * @param hot the hot tables; null before there are any
 */
public record FinalState(SqlState primary, List<SqlState> replicas, @Nullable HotState hot) {}
