package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.regex.Pattern;
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

  /** Makes or drops what is no code, and what no code can become. */
  private static final Pattern TABLES_ONLY =
      Pattern.compile(
          "truncate\\b.*|(create|drop)( or replace)?( local| global)?( temp| temporary| unlogged)?"
              + "( unique| fulltext| spatial)?( table| tables| index)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  /** Where the catalog comes from. */
  @FunctionalInterface
  interface Source {
    /** Asks; null while it is not known how. */
    @Nullable Loaded load() throws SQLException;
  }

  /** What a catalog says of tables, and of the code that it holds. */
  record Loaded(Catalog catalog, Routines routines) {}

  /** One answer; the lists identify the statement, since each has its own. */
  private record Answer(
      Catalog catalog, List<String> read, List<String> written, List<String> tables) {}

  private final AtomicReferenceArray<Answer> answers = new AtomicReferenceArray<>(SLOTS);
  private final Source source;
  private final Ticker ticker;
  private final Repeating task;
  private volatile Catalog catalog = Catalog.UNKNOWN;

  /** The last catalog that was loaded, whatever has changed since. */
  private volatile Catalog last = Catalog.UNKNOWN;

  private volatile Routines routines;
  private final AtomicInteger changing = new AtomicInteger();
  private volatile long ddlNanos;
  private volatile boolean ddlSeen;
  private volatile boolean closed;
  private boolean warned;

  CatalogCache(Source source, Declared declared, ScheduledExecutorService executor, Ticker ticker) {
    this.source = source;
    this.routines = Routines.unknown(declared);
    this.ticker = ticker;
    this.task = new Repeating(executor, this::load);
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

  /** Where a statement may run, by its text, the catalog's code and what is declared. */
  Route route(SqlStatement statement) {
    return routines.route(statement);
  }

  /**
   * Whether a statement may change the schema, by itself or by what it calls. What was called is
   * judged by the last catalog that was read; before there is one, nothing is known that could be
   * forgotten.
   */
  boolean mayChangeSchema(SqlStatement statement) {
    if (statement.definesSchema()) {
      return true;
    }
    return switch (statement.kind()) {
      case CALL ->
          statement.procedure().isEmpty()
              ? statement.mode().dialect() != Dialect.POSTGRESQL
                  || !statement.rule().equals("prepared statement of the session")
              : last != Catalog.UNKNOWN && routines.mayDefine(statement);
      case TRANSACTION -> statement.normalized().regionMatches(true, 0, "commit prepared", 0, 15);
      default -> statement.callsUnknownFunctions() && routines.mayDefine(statement);
    };
  }

  /** A statement changes the schema: also what code there is, unless it only makes tables. */
  void schemaChanging(SqlStatement statement) {
    if (statement.kind() != StatementKind.DDL
        || !TABLES_ONLY.matcher(statement.normalized()).matches()) {
      routines = routines.changing(last);
    }
  }

  boolean reachesItself(String table) {
    return last.reachesItself(table);
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
      Loaded loaded = source.load();
      if (loaded == null) {
        return RETRY_NANOS;
      }
      if (!schemaMayChange()) {
        last = loaded.catalog;
        catalog = loaded.catalog;
        routines = loaded.routines;
        // A change between the question and the assignment has been counted first.
        if (schemaMayChange()) {
          catalog = Catalog.UNKNOWN;
          routines = routines.changing(last);
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
