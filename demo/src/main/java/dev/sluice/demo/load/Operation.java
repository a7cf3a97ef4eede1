package dev.sluice.demo.load;

/**
 * What is done at each arrival. Called by many threads at once; the same number asks for the same
 * thing.
 */
public interface Operation {
  /**
   * What an arrival asks for, known before it is done: an arrival that is never started was waited
   * for all the same.
   *
   * @param arrival number of the arrival, from 0
   * @return what it is
   */
  OperationKind kind(long arrival);

  /**
   * Performs one operation, to its end.
   *
   * @param arrival number of the arrival, from 0
   * @throws Exception when it failed; counted, and measured like any other
   */
  void perform(long arrival) throws Exception;
}
