package dev.sluice.jdbc.hikari;

import dev.sluice.sql.Dialect;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What can be seen in a JDBC URL of the three drivers. Never printed: it may hold credentials.
 * Immutable.
 */
final class JdbcUrl {
  /** Names of RDS behind which there is more than one server, or one today and another tomorrow. */
  private static final Pattern SHARED_NAME =
      Pattern.compile("\\.(cluster-ro-|cluster-custom-|proxy-|endpoint\\.proxy-)");

  private static final Map<String, Dialect> SCHEMES =
      Map.of(
          "jdbc:mysql:", Dialect.MYSQL,
          "jdbc:mariadb:", Dialect.MARIADB,
          "jdbc:postgresql:", Dialect.POSTGRESQL);

  final String text;
  final Dialect driver;
  private final String scheme;
  private final String servers;
  private final String database;
  private final Map<String, String> parameters;

  private JdbcUrl(String text, String scheme, Dialect driver, int serversStart) {
    this.text = text;
    this.scheme = scheme;
    this.driver = driver;
    int query = text.indexOf('?', serversStart);
    int end = query < 0 ? text.length() : query;
    int slash = slash(text, serversStart, end);
    this.servers = text.substring(serversStart, slash);
    this.database = slash < end ? text.substring(slash + 1, end) : "";
    this.parameters = query < 0 ? Map.of() : parameters(text.substring(query + 1));
  }

  /** The end of the servers; a slash in parentheses is part of them. */
  private static int slash(String text, int start, int end) {
    int depth = 0;
    for (int i = start; i < end; i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == '/' && depth <= 0) {
        return i;
      }
    }
    return end;
  }

  /** Names in whatever case, as the drivers take them. */
  private static Map<String, String> parameters(String query) {
    Map<String, String> found = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String each : query.split("&", -1)) {
      int equals = each.indexOf('=');
      String name = equals < 0 ? each : each.substring(0, equals);
      found.put(decoded(name), equals < 0 ? "" : decoded(each.substring(equals + 1)));
    }
    return found;
  }

  private static String decoded(String part) {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return part;
    }
  }

  /**
   * Understands a URL.
   *
   * @throws IllegalArgumentException if it is none of the three drivers', or leads to several
   *     servers
   */
  static JdbcUrl parse(String text) {
    JdbcUrl url = known(text);
    if (url == null) {
      throw new IllegalArgumentException(
          "url: must begin with jdbc:mysql://, jdbc:mariadb:// or jdbc:postgresql://");
    }
    String several = url.several();
    if (several != null) {
      throw new IllegalArgumentException("url: " + several);
    }
    return url;
  }

  /** Understands a URL if it is one of the three drivers', in any of their forms. */
  static @Nullable JdbcUrl known(String text) {
    for (Map.Entry<String, Dialect> each : SCHEMES.entrySet()) {
      int servers = text.indexOf("://");
      if (text.regionMatches(true, 0, each.getKey(), 0, each.getKey().length()) && servers >= 0) {
        String scheme = text.substring(0, servers).toLowerCase(Locale.ROOT) + "://";
        return new JdbcUrl(text, scheme, each.getValue(), servers + 3);
      }
    }
    return null;
  }

  /** Why connections may lead to different servers as the driver reads the URL; null if not. */
  @Nullable String several() {
    if (scheme.chars().filter(c -> c == ':').count() > 2) {
      return scheme + " chooses among servers, name each of them as a node of its own";
    }
    int depth = 0;
    for (int i = 0; i < servers.length(); i++) {
      char c = servers.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (c == ',' && depth <= 0) {
        return "names several servers, name each of them as a node of its own";
      }
    }
    return null;
  }

  /** Whether the name of the host is one of those that lead now here, now there. */
  boolean sharedName() {
    return SHARED_NAME.matcher(servers.toLowerCase(Locale.ROOT)).find();
  }

  /** Whether it says something; a user in front of the host, too. */
  boolean names(String parameter) {
    if (parameters.containsKey(parameter)) {
      return true;
    }
    boolean account = parameter.equalsIgnoreCase("user") || parameter.equalsIgnoreCase("password");
    return account
        && (servers.indexOf('@') >= 0
            || servers.toLowerCase(Locale.ROOT).contains(parameter.toLowerCase(Locale.ROOT) + "="));
  }

  @Nullable String parameter(String name) {
    return parameters.get(name);
  }

  String database() {
    return database;
  }

  String scheme() {
    return scheme;
  }

  @Override
  public String toString() {
    return scheme;
  }
}
