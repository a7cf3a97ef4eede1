package dev.sluice.sql;

import java.util.Set;

/** The words that tell what a statement of a routine does. */
final class RoutineWords {
  /** Begin statements of both families that may read only. */
  static final Set<String> BOTH =
      words(
          "if case loop while for return select with values table null open fetch close get end else elseif when begin declare");

  /** The same, of PostgreSQL only. */
  static final Set<String> POSTGRESQL =
      words("elsif foreach exit continue raise assert perform move exception");

  /** The same, of MySQL and MariaDB only. */
  static final Set<String> MYSQL = words("repeat until iterate leave set do signal resignal");

  /** Begin statements that leave something with the session. */
  static final Set<String> STATE = words("set reset discard listen prepare lock handler use load");

  /** Begin statements that write rows or lock them, and define nothing. */
  static final Set<String> WRITES =
      words(
          "insert update delete merge replace truncate notify copy lock set reset listen unlisten commit rollback savepoint release handler unlock deallocate");

  /** Stand for writing, locking, files or dynamic SQL wherever they stand as a word. */
  static final Set<String> NOWHERE =
      words(
          "insert update delete merge replace truncate share outfile dumpfile execute prepare call procedure sql_calc_found_rows");

  /** Of those, names of functions too. */
  static final Set<String> CALLABLE = words("insert replace truncate merge");

  private RoutineWords() {}

  private static Set<String> words(String list) {
    return Set.of(list.split(" "));
  }
}
