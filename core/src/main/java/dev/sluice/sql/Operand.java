package dev.sluice.sql;

/** A value that stands beside a column in a statement. */
public sealed interface Operand {
  /**
   * A bind parameter.
   *
   * @param index its JDBC index, from 1
   */
  record Parameter(int index) implements Operand {}

  /**
   * A literal.
   *
   * @param value its value: {@link Long}, {@link java.math.BigDecimal} or {@link String}
   */
  record Literal(Object value) implements Operand {}
}
