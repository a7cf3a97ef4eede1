package dev.sluice.queue;

import java.util.Map;

/**
 * Takes what {@link Write#add adds} change, in place of a table of the database: for counters that
 * are kept elsewhere. Given to {@link WriteApplier.Builder#sink}.
 *
 * <p>Guarantees: each pack that has such writes is offered, with always the same deltas for its
 * number, inside the transaction that takes it into the ledger, before that commits; the numbers of
 * a stream are offered in rising order, over all appliers; a number is offered after a higher one
 * only if the sink took that one before and its answer or the commit after it was lost, and then
 * all from there on come again. So a sink that keeps the last number of each stream, together with
 * its effect, and ignores numbers that are not above it applies every pack exactly once. Numbers
 * have gaps: packs without such writes are not offered.
 *
 * <p>Called by the threads of all lanes, with the lane's lock held: it must be fast, and at least
 * one pack must pass within {@link WriteApplier.Builder#transactionTimeout}, or the lane tries for
 * ever. For a stream it is called by one thread at a time, but for a call that outlives its
 * transaction because that was cut off: it and the calls for the packs after it may overlap with
 * those of another applier for the same numbers and higher ones. So number and effect must change
 * in one atomic step, on condition of the number. Whatever it throws rolls the lane's transaction
 * back; the lane waits and offers the packs again until the sink takes them, so it must not throw
 * for what will never pass.
 */
@FunctionalInterface
public interface DeltaSink {
  /**
   * Applies the deltas of a pack, unless it is applied already. When this returns they must be
   * durable.
   *
   * @param stream names producer, lane and target; at most 60 characters
   * @param number number of the pack in its stream, from 1
   * @param deltas what to add to the number of each key; not empty, immutable
   */
  void apply(String stream, long number, Map<String, Long> deltas);
}
