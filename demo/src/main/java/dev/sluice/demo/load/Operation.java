package dev.sluice.demo.load;

/** What is done at each arrival. Called by many threads at once. */
@FunctionalInterface
public interface Operation {
  /**
   * Performs one operation, to its end.
   *
   * @param arrival number of the arrival, from 0; the same number asks for the same thing
   * @return what it was
   * @throws Exception when it failed; counted, not measured
   */
  OperationKind perform(long arrival) throws Exception;
}
