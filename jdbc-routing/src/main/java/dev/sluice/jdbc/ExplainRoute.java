package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints the routing decision for statements, judged by their text alone or, with {@code --url}, by
 * the catalog of a primary as well. Reads one statement a line from standard input in UTF-8, with
 * the escapes {@code \n}, {@code \t} and {@code \\}, and writes exactly one line for each: the code
 * of {@link dev.sluice.sql.Route}, a tab, and the rule that decided. Every line stands for itself,
 * under the dialect's default modes.
 *
 * <p>Usage: {@code ExplainRoute --dialect mysql|mariadb|postgresql [--writes name,...] [--reads
 * function,...] [--url jdbc:... --user name [--password-env variable]]}. {@code --writes} declares
 * views and tables whose reading writes, which no text shows; {@code --reads} declares functions
 * that only read; {@code --url} names the server whose functions and views are looked up once, by a
 * driver on the class path, with the password that is the value of an environment variable. Exit
 * code 0, or 2 with a message on standard error for wrong arguments or a catalog that cannot be
 * read. Not meant for use by several threads.
 */
public final class ExplainRoute {
  private static final String USAGE =
      "usage: ExplainRoute --dialect mysql|mariadb|postgresql [--writes name,...] [--reads function,...]"
          + " [--url jdbc:... --user name [--password-env variable]]";

  private final LexerMode mode;
  private final Set<String> writes;
  private final Set<String> reads;
  private final @Nullable Routines routines;

  private ExplainRoute(
      Dialect dialect, Set<String> writes, Set<String> reads, @Nullable Routines routines) {
    this.routines = routines;
    this.mode = LexerMode.of(dialect);
    this.writes = Set.copyOf(writes);
    this.reads = Set.copyOf(reads);
  }

  /**
   * Runs the tool and ends the process.
   *
   * @param args see the class
   * @throws IOException if standard input or output fails
   */
  public static void main(String[] args) throws IOException {
    int status = run(args, System.in, System.out, System.err, System::getenv);
    if (status != 0) {
      System.exit(status);
    }
  }

  /** Looks up environment variables; null for one that is not set. */
  @FunctionalInterface
  interface Environment {
    @Nullable String get(String variable);
  }

  static int run(
      String[] args, InputStream in, OutputStream out, PrintStream err, Environment environment)
      throws IOException {
    ExplainRoute tool;
    try {
      tool = parse(args, environment);
    } catch (SQLException e) {
      // Messages of drivers may hold what must not be shown.
      err.println("ExplainRoute: the catalog cannot be read: SQLState " + e.getSQLState());
      return 2;
    } catch (IllegalArgumentException e) {
      err.println("ExplainRoute: " + e.getMessage());
      err.println(USAGE);
      return 2;
    }
    tool.explain(in, out);
    return 0;
  }

  private static ExplainRoute parse(String[] args, Environment environment) throws SQLException {
    Dialect dialect = null;
    Set<String> writes = new HashSet<>();
    Set<String> reads = new HashSet<>();
    String url = null;
    Properties login = new Properties();
    for (int i = 0; i < args.length; i += 2) {
      String value = i + 1 < args.length ? args[i + 1] : null;
      switch (args[i]) {
        case "--dialect" -> dialect = dialect(value);
        case "--writes" -> names(args[i], value, writes);
        case "--reads" -> names(args[i], value, reads);
        case "--url" -> url = required(args[i], value);
        case "--user" -> login.setProperty("user", required(args[i], value));
        case "--password-env" -> {
          String password = environment.get(required(args[i], value));
          login.setProperty("password", required("the variable of --password-env", password));
        }
        default -> throw new IllegalArgumentException("unknown argument " + args[i]);
      }
    }
    if (dialect == null) {
      throw new IllegalArgumentException("--dialect is missing");
    }
    return new ExplainRoute(
        dialect, writes, reads, url == null ? null : catalog(url, login, dialect, writes, reads));
  }

  private static Routines catalog(
      String url, Properties login, Dialect dialect, Set<String> writes, Set<String> reads)
      throws SQLException {
    Declared declared = Declared.of(reads, Set.of(), Set.of(), writes);
    try (Connection connection = DriverManager.getConnection(url, login)) {
      return Routines.of(RoutineRows.load(connection, dialect, 60), dialect, declared);
    }
  }

  private static String required(String option, @Nullable String value) {
    if (value == null) {
      throw new IllegalArgumentException(option + ": needs a value");
    }
    return value;
  }

  private static Dialect dialect(@Nullable String value) {
    return switch (value == null ? "" : value) {
      case "mysql" -> Dialect.MYSQL;
      case "mariadb" -> Dialect.MARIADB;
      case "postgresql" -> Dialect.POSTGRESQL;
      default ->
          throw new IllegalArgumentException("--dialect: must be mysql, mariadb or postgresql");
    };
  }

  private static void names(String option, @Nullable String value, Set<String> into) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(option + ": needs names");
    }
    for (String name : value.split(",", -1)) {
      into.add(name.strip().toLowerCase(Locale.ROOT));
    }
  }

  private void explain(InputStream in, OutputStream out) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    BufferedWriter writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    for (String line = line(reader); line != null; line = line(reader)) {
      writer.write(decide(unescape(line)));
      writer.write('\n');
    }
    writer.flush();
  }

  /**
   * A line ends at a line feed only; a carriage return belongs to the statement, unless it stands
   * right before.
   */
  private static @Nullable String line(BufferedReader reader) throws IOException {
    StringBuilder line = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      line.append((char) c);
      c = reader.read();
    }
    int last = line.length() - 1;
    if (last >= 0 && line.charAt(last) == '\r') {
      line.setLength(last);
    }
    return line.toString();
  }

  private String decide(String sql) {
    SqlStatement statement = SqlScanner.scan(sql, mode);
    if (routines != null) {
      Route route = routines.route(statement);
      if (route != statement.route()) {
        boolean proven = route == Route.REPLICA;
        return answer(
            route, proven ? "functions only read" : "functions or views do more than read");
      }
      return answer(route, statement.rule());
    }
    if (statement.route() == Route.REPLICA
        && statement.tablesRead().stream().anyMatch(writes::contains)) {
      return answer(Route.PRIMARY, "declared to write");
    }
    if (!statement.unknownFunctions().isEmpty()
        && reads.containsAll(statement.unknownFunctions())) {
      return answer(Route.REPLICA, "functions declared to read");
    }
    return answer(statement.route(), statement.rule());
  }

  private static String answer(Route route, String rule) {
    // a rule may name a function, and a quoted name may hold anything
    return route.code() + "\t" + rule.replaceAll("\\p{Cntrl}", " ");
  }

  private static String unescape(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder result = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      char next = c == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : ' ';
      boolean escaped = next == 'n' || next == 't' || next == '\\';
      result.append(next == 'n' ? '\n' : next == 't' ? '\t' : c);
      i += escaped ? 2 : 1;
    }
    return result.toString();
  }
}
