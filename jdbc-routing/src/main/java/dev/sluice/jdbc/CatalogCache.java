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
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalog of the primary, loaded in the background, and what it says about statements. Until it
 * is loaded, and for a while after DDL was seen, every statement may touch any table: more reads go
 * to the primary, none is wrong. DDL of others, which is not seen, counts after the next load,
 * within {@link #REFRESH}. Safe for use by several threads, without locks on the path of requests.
 */
final class CatalogCache implements AutoCloseable {
  static final Duration REFRESH = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(CatalogCache.class);

  /** A transaction with DDL may commit after the statement was seen. */
  private static final long AFTER_DDL_NANOS = Duration.ofSeconds(2).toNanos();

  private static final long RETRY_NANOS = Duration.ofMillis(200).toNanos();
  private static final int SLOTS = 1 << 12;
  private static final int TIMEOUT_SECONDS = 10;

  /** One answer; the lists identify the statement, since each has its own. */
  private record Answer(
      Catalog catalog, List<String> read, List<String> written, List<String> tables) {}

  private final AtomicReferenceArray<Answer> answers = new AtomicReferenceArray<>(SLOTS);
  private final PositionProbe probe;
  private final Ticker ticker;
  private final Repeating task;
  private volatile Catalog catalog = Catalog.UNKNOWN;
  private volatile long ddlNanos;
  private volatile boolean ddlSeen;
  private volatile boolean closed;
  private boolean warned;

  CatalogCache(PositionProbe probe, ScheduledExecutorService executor, Ticker ticker) {
    this.probe = probe;
    this.ticker = ticker;
    this.task = new Repeating(executor, this::load);
  }

  void start() {
    task.soon();
  }

  List<String> tables(SqlStatement statement) {
    if (statement.kind() == StatementKind.DDL) {
      schemaChanges();
      return List.of();
    }
    Catalog now = catalog;
    if (now == Catalog.UNKNOWN) {
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

  /** Forgets what is known until a load that starts well after now. */
  private void schemaChanges() {
    ddlNanos = ticker.nanos();
    ddlSeen = true;
    catalog = Catalog.UNKNOWN;
    task.within(AFTER_DDL_NANOS);
  }

  private long load() {
    Dialect dialect = probe.dialect();
    if (dialect == null) {
      return RETRY_NANOS;
    }
    long now = ticker.nanos();
    if (ddlSeen && now - ddlNanos < AFTER_DDL_NANOS) {
      return AFTER_DDL_NANOS - (now - ddlNanos);
    }
    ddlSeen = false;
    try (Connection connection = probe.source().getConnection()) {
      Catalog loaded = Catalog.of(CatalogRows.load(connection, dialect, TIMEOUT_SECONDS));
      if (!ddlSeen) {
        catalog = loaded;
        // DDL seen between the question and the assignment has set the flag first.
        if (ddlSeen) {
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
