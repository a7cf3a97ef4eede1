package dev.sluice.benchmarks;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementCache;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The scan of a statement of 300 characters that is new, and the look-up of one that is known. The
 * baseline makes the text anew and hashes it: what anybody pays who gets a text that the
 * application has just put together.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ScannerBenchmark {
  static final int LENGTH = 300;

  private static final String START =
      "SELECT p.id, p.name, p.price, s.available FROM product p JOIN stock s ON s.product = p.id"
          + " LEFT JOIN vendor v ON v.id = p.vendor WHERE p.category = ? AND p.price BETWEEN ? AND ?"
          + " AND v.country IN ('DE', 'FR', 'IT') AND p.name LIKE 'lamp%' ORDER BY p.price DESC, p.id";

  /** Whose rules. */
  @Param({"MYSQL", "MARIADB", "POSTGRESQL"})
  public Dialect dialect = Dialect.MYSQL;

  private final StatementCache cache = new StatementCache(64);
  private LexerMode mode = LexerMode.of(Dialect.MYSQL);
  private String text = "";
  private char[] characters = {};

  static String statement() {
    return START + " -- " + "x".repeat(LENGTH - START.length() - 4);
  }

  /** Fills the cache. */
  @Setup
  public void start() {
    mode = LexerMode.of(dialect);
    text = statement();
    characters = text.toCharArray();
    if (text.length() != LENGTH || !cache.get(text, mode).isRead()) {
      throw new IllegalStateException("not the statement that was meant");
    }
  }

  /** A text as an application puts it together, and its hash. */
  @Benchmark
  public int newText() {
    return new String(characters).hashCode();
  }

  /** The scan. */
  @Benchmark
  public SqlStatement scan() {
    return SqlScanner.scan(text, mode);
  }

  /** The look-up of the same String. */
  @Benchmark
  public SqlStatement knownText() {
    return cache.get(text, mode);
  }

  /** The look-up of an equal String that was made just now. */
  @Benchmark
  public SqlStatement knownTextNewString() {
    return cache.get(new String(characters), mode);
  }
}
