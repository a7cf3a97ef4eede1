package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.Statement;

/** A result in shadow mode: knows the statement that its caller knows. */
final class ShadowResultSet extends DelegatingResultSet {
  private final Statement statement;

  ShadowResultSet(ResultSet delegate, Statement statement) {
    super(delegate);
    this.statement = statement;
  }

  @Override
  public Statement getStatement() {
    return statement;
  }
}
