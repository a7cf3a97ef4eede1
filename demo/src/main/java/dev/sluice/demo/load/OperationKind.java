package dev.sluice.demo.load;

/** What an operation counts as. */
public enum OperationKind {
  /** Answers from data. */
  READ,
  /** Changes data. */
  WRITE
}
