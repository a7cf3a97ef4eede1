package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog of the primary, loaded in the background, and what it says about statements. Until it
 * is loaded, and from the beginning of DDL until a while after its commit, every statement may
 * touch any table: more reads go to the primary, none is wrong. DDL of others, which is not seen,
 * counts after the next load, within {@link #REFRESH}. Safe for use by several threads, without
 * locks on the path of requests.
 */
final class CatalogCache implements AutoCloseable {
  static final Duration REFRESH = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(CatalogCache.class);

  /** What has changed the schema may come to its end after its caller has been told. */
  private static final long AFTER_DDL_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();
  private static final int SLOTS = 1 << 12;
  private static final int TIMEOUT_SECONDS = 10;

  /** Where the catalog comes from. */
  @FunctionalInterface
  interface Source {
    /** Asks; null while it is not known how. */
    @Nullable Catalog load() throws SQLException;
  }

  /** One answer; the lists identify the statement, since each has its own. */
  private record Answer(
      Catalog catalog, List<String> read, List<String> written, List<String> tables) {}

  private final AtomicReferenceArray<Answer> answers = new AtomicReferenceArray<>(SLOTS);
  private final Source source;
  private final Ticker ticker;
  private final Repeating task;
  private volatile Catalog catalog = Catalog.UNKNOWN;
  private final AtomicInteger changing = new AtomicInteger();
  private volatile long ddlNanos;
  private volatile boolean ddlSeen;
  private volatile boolean closed;
  private boolean warned;

  CatalogCache(Source source, ScheduledExecutorService executor, Ticker ticker) {
    this.source = source;
    this.ticker = ticker;
    this.task = new Repeating(executor, this::load);
  }

  /** The catalog of the server that the primary's probe asks. */
  static Source of(Supplier<PositionProbe> primary) {
    return () -> {
      PositionProbe probe = primary.get();
      Dialect dialect = probe.dialect();
      if (dialect == null) {
        return null;
      }
      try (Connection connection = probe.source().getConnection()) {
        return Catalog.of(CatalogRows.load(connection, dialect, TIMEOUT_SECONDS));
      }
    };
  }

  void start() {
    task.soon();
  }

  List<String> tables(SqlStatement statement) {
    Catalog now = catalog;
    if (now == Catalog.UNKNOWN || statement.kind() == StatementKind.DDL) {
      return List.of();
    }
    int slot = slot(statement);
    Answer answer = answers.get(slot);
    if (answer != null
        && answer.catalog == now
        && answer.read == statement.tablesRead()
        && answer.written == statement.tablesWritten()) {
      return answer.tables;
    }
    List<String> tables = now.tables(statement);
    answers.set(slot, new Answer(now, statement.tablesRead(), statement.tablesWritten(), tables));
    return tables;
  }

  private static int slot(SqlStatement statement) {
    long hash = statement.fingerprint() * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> (Long.SIZE - 12));
  }

  boolean undoes(List<String> tables) {
    return catalog.undoes(tables);
  }

  boolean onlyUniqueIndexIsPrimaryKey(String table) {
    return catalog.onlyUniqueIndexIsPrimaryKey(table);
  }

  /** Forgets what is known, until every change that has begun has ended. */
  void schemaChanging() {
    changing.incrementAndGet();
    catalog = Catalog.UNKNOWN;
  }

  /** What is known comes from a load that starts well after now. */
  void schemaChanged() {
    ddlNanos = ticker.nanos();
    ddlSeen = true;
    changing.decrementAndGet();
    task.within(AFTER_DDL_NANOS);
  }

  private boolean schemaMayChange() {
    return changing.get() > 0 || ddlSeen;
  }

  private long load() {
    // In this order: a change that ends raises the flag before it counts no more.
    if (changing.get() > 0) {
      return AFTER_DDL_NANOS;
    }
    long now = ticker.nanos();
    if (ddlSeen && now - ddlNanos < AFTER_DDL_NANOS) {
      return AFTER_DDL_NANOS - (now - ddlNanos);
    }
    ddlSeen = false;
    try {
      Catalog loaded = source.load();
      if (loaded == null) {
        return RETRY_NANOS;
      }
      if (!schemaMayChange()) {
        catalog = loaded;
        // A change between the question and the assignment has been counted first.
        if (schemaMayChange()) {
          catalog = Catalog.UNKNOWN;
        }
      }
      warned = false;
      return REFRESH.toNanos();
    } catch (SQLException | RuntimeException e) {
      catalog = Catalog.UNKNOWN;
      if (!warned && !closed) {
        warned = true;
        LOG.warn(
            "the catalog of the primary could not be read, so every write counts for every table",
            e);
      }
      return REFRESH.toNanos() / 6;
    }
  }

  @Override
  public void close() {
    closed = true;
    task.close();
  }
}
