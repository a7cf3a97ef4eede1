package dev.sluice.queue;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.Set;

/**
 * What an SQL error says about the write. Pure. What is not known to be the write's own fault never
 * parks it.
 */
final class ErrorPolicy {
  /** Classes of errors. */
  enum Kind {
    /** Try again soon, on another connection. */
    TRANSIENT,
    /** Nothing can be written until somebody repairs something: wait, and say so. */
    SYSTEMIC,
    /** A statement took more time than it may have: fewer writes may do. */
    TOO_SLOW,
    /** A statement has more bytes than driver or server take: fewer writes may do. */
    TOO_LARGE,
    /** May pass when another write has come: a foreign key. */
    LATER,
    /** The write will never succeed. */
    PERMANENT
  }

  private static final Set<Integer> MYSQL_TRANSIENT =
      Set.of(1040, 1053, 1205, 1213, 1290, 1317, 1792, 1836, 1927, 2006, 2013, 3101, 4031);
  // MySQL's and MariaDB's limit of a statement
  private static final Set<Integer> MYSQL_TOO_SLOW = Set.of(3024, 1969);
  private static final int MYSQL_PACKET_TOO_LARGE = 1153;
  // of Connector/J and of MariaDB's client: they refuse to send it, each with a state of its own
  private static final Set<String> TOO_LARGE =
      Set.of("PacketTooBigException", "MaxAllowedPacketException");
  private static final Set<Integer> MYSQL_SYSTEMIC =
      Set.of(
          1021, 1030, 1037, 1041, 1044, 1045, 1049, 1114, 1142, 1143, 1146, 1227, 1370, 1402, 1436,
          3168);
  private static final Set<Integer> MYSQL_LATER = Set.of(1216, 1217, 1451, 1452);
  // SQLState HY000 or 01000, but of the write
  private static final Set<Integer> MYSQL_PERMANENT =
      Set.of(
          1048, 1054, 1062, 1064, 1136, 1169, 1264, 1265, 1288, 1292, 1348, 1362, 1364, 1366, 1367,
          1369, 1406, 1411, 1426, 1441, 1442, 1471, 1525, 1526, 1644, 1690, 1748, 3105, 3140, 3144,
          3156, 3157, 3819, 3903, 3988, 4025, 4078);

  private ErrorPolicy() {}

  static Kind classify(SqlDialect dialect, SQLException error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    if (error instanceof SQLTimeoutException) {
      return Kind.TOO_SLOW;
    }
    if (dialect == SqlDialect.MYSQL && tooLarge(error)) {
      return Kind.TOO_LARGE;
    }
    if (error instanceof SQLTransientException
        || error instanceof SQLRecoverableException
        || error instanceof SQLNonTransientConnectionException
        || state.startsWith("08")
        || state.equals("25006")) {
      return Kind.TRANSIENT;
    }
    return dialect == SqlDialect.MYSQL ? mysql(state, error.getErrorCode()) : postgresql(state);
  }

  private static boolean tooLarge(SQLException error) {
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < 5; depth++) {
      if (TOO_LARGE.contains(cause.getClass().getSimpleName())) {
        return true;
      }
      cause = cause.getCause();
    }
    return error.getErrorCode() == MYSQL_PACKET_TOO_LARGE;
  }

  private static Kind mysql(String state, int code) {
    if (MYSQL_TOO_SLOW.contains(code)) {
      return Kind.TOO_SLOW;
    }
    if (MYSQL_TRANSIENT.contains(code) || state.startsWith("40")) {
      return Kind.TRANSIENT;
    }
    if (MYSQL_SYSTEMIC.contains(code)) {
      return Kind.SYSTEMIC;
    }
    if (MYSQL_LATER.contains(code)) {
      return Kind.LATER;
    }
    return MYSQL_PERMANENT.contains(code) || ofTheWrite(state) ? Kind.PERMANENT : Kind.SYSTEMIC;
  }

  private static Kind postgresql(String state) {
    if (state.equals("57014") || state.equals("25P04")) {
      return Kind.TOO_SLOW;
    }
    if (state.startsWith("40")
        || state.startsWith("57")
        || state.equals("53300")
        || state.equals("55P03")
        || state.equals("55006")
        || state.equals("25P03")) {
      return Kind.TRANSIENT;
    }
    if (state.equals("23503")) {
      return Kind.LATER;
    }
    if (state.equals("42P01") || state.equals("42501")) {
      return Kind.SYSTEMIC;
    }
    // class 54: a row that fits in no page of an index, for example
    return ofTheWrite(state) || state.startsWith("54") || state.equals("P0001")
        ? Kind.PERMANENT
        : Kind.SYSTEMIC;
  }

  private static boolean ofTheWrite(String state) {
    return state.startsWith("07")
        || state.startsWith("21")
        || state.startsWith("22")
        || state.startsWith("23")
        || state.startsWith("42")
        || state.startsWith("44")
        || state.startsWith("45")
        || state.startsWith("0A")
        || state.equals("S1009");
  }
}
