package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * GTIDs of MariaDB: domain-server-number, where numbers grow within a domain whichever server writes.
 * The primary's gtid_binlog_pos moves before the engine's commit: an upper bound of what is visible. A
 * replica's gtid_slave_pos moves after it, within a domain in order, also with parallel appliers: a
 * lower bound without gaps. Numbers of different servers can be compared only where one of them
 * follows the other: a former primary may have used the same numbers for transactions that were lost.
 */
record MariaDbReading(
    boolean readOnly,
    @Nullable String unfit,
    long serverId,
    long domain,
    Map<Long, Gtid> written,
    Map<Long, Gtid> applied)
    implements Reading {
  static final String QUERY =
      "SELECT @@GLOBAL.read_only, @@GLOBAL.log_bin, @@GLOBAL.server_id, @@GLOBAL.gtid_domain_id,"
          + " @@GLOBAL.gtid_slave_pos, @@GLOBAL.gtid_binlog_pos";

  /** Where one domain is. */
  record Gtid(long server, long number) {}

  static MariaDbReading of(ResultSet row) throws SQLException {
    String readOnly = row.getString(1);
    Map<Long, Gtid> applied = parse(row.getString(5));
    Map<Long, Gtid> written = new HashMap<>(applied);
    parse(row.getString(6))
        .forEach(
            (domain, gtid) ->
                written.merge(domain, gtid, (a, b) -> a.number() > b.number() ? a : b));
    return new MariaDbReading(
        !readOnly.equals("0") && !readOnly.equals("OFF"),
        row.getInt(2) == 0 ? "the binary log is off" : null,
        row.getLong(3),
        row.getLong(4),
        written,
        applied);
  }

  static Map<Long, Gtid> parse(@Nullable String text) {
    Map<Long, Gtid> domains = new HashMap<>();
    for (String part : text == null ? new String[0] : text.split(",", -1)) {
      String gtid = part.strip();
      if (!gtid.isEmpty()) {
        String[] numbers = gtid.split("-", -1);
        if (numbers.length != 3) {
          throw new IllegalArgumentException("not a GTID position");
        }
        domains.put(
            Long.parseLong(numbers[0]),
            new Gtid(Long.parseLong(numbers[1]), Long.parseLong(numbers[2])));
      }
    }
    return domains;
  }

  @Override
  public String timeline() {
    return domain + "-" + serverId;
  }

  @Override
  public boolean covers(Reading other) {
    if (!(other instanceof MariaDbReading reading)) {
      return false;
    }
    Map<Long, Gtid> mine = serverId == reading.serverId && !readOnly ? written : applied;
    Map<Long, Gtid> theirs = reading.readOnly ? reading.applied : reading.written;
    for (Map.Entry<Long, Gtid> each : theirs.entrySet()) {
      Gtid here = mine.get(each.getKey());
      Gtid there = each.getValue();
      if (here == null
          || here.number() < there.number()
          || (here.server() != there.server() && here.server() != reading.serverId)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable Position upperBound(Reading first) {
    Gtid own = written.get(domain);
    return first instanceof MariaDbReading known && others(known.written).equals(others(written))
        ? new Position(timeline(), own == null ? 0 : own.number())
        : null;
  }

  private Map<Long, Gtid> others(Map<Long, Gtid> all) {
    Map<Long, Gtid> others = new HashMap<>(all);
    others.remove(domain);
    return others;
  }

  @Override
  public @Nullable Position lowerBound(Reading primary) {
    if (!(primary instanceof MariaDbReading reading)) {
      return null;
    }
    Gtid here = applied.get(reading.domain);
    Gtid there = reading.written.get(reading.domain);
    if (here == null) {
      return new Position(reading.timeline(), 0);
    }
    if (here.server() == reading.serverId) {
      return new Position(reading.timeline(), here.number());
    }
    return there != null && there.server() == here.server()
        ? new Position(reading.timeline(), Math.min(here.number(), there.number()))
        : null;
  }

  @Override
  public boolean provesPast(Position position) {
    Gtid own = written.get(domain);
    return !position.timeline().equals(timeline())
        && position.timeline().startsWith(domain + "-")
        && own != null
        && position.offset() <= own.number();
  }
}
