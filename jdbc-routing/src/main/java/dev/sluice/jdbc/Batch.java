package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The batch of a statement, texts or rows of parameters, and what its execution returned. */
final class Batch {
  final List<SqlStatement> texts = new ArrayList<>();
  final List<@Nullable Object[]> rows = new ArrayList<>();

  /** Its rows are the parameters now. */
  boolean running;

  int @Nullable [] counts;
  long @Nullable [] largeCounts;
}
