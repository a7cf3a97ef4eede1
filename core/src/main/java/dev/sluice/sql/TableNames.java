package dev.sluice.sql;

/** Collects the names of tables, and knows those that show a session or a node instead of data. */
final class TableNames {
  private static final WordTable SPECIAL = special();
  private final Scan scan;
  private final Tokens tokens;

  TableNames(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
  }

  /** The name from here to {@code end} is a table that is read. */
  void read(int end) {
    boolean qualified = end > scan.at;
    if (!qualified && scan.kind() == Keyword.DUAL && !scan.postgresql) {
      return;
    }
    if (!qualified
        && !scan.ctes.isEmpty()
        && scan.ctes.contains(tokens.identity(end, scan.postgresql))) {
      return;
    }
    String name = tokens.name(end);
    scan.tableReferences++;
    scan.findings.tablesRead.add(name);
    int level = level(name);
    if (level >= 0) {
      scan.raise(level, "view of a session or node");
    } else if (qualified && scan.postgresql && tokens.name(scan.at).startsWith("pg_temp")) {
      scan.raise(Scan.SAME, "temporary table");
    } else if (scan.postgresql && name.startsWith("pg_stat_xact_")) {
      scan.raise(Scan.SAME, "view of a session or node");
    }
  }

  /** What reading a table of this name means, of the levels of {@link Scan}; -1 for nothing. */
  static int level(String name) {
    return SPECIAL.find(name, 0, name.length(), WordTable.hash(name, 0, name.length()));
  }

  /** A name that is written; moves behind it. */
  void written() {
    int end = scan.nameEnd();
    if (Token.isName(scan.kind())) {
      String name = tokens.name(end);
      scan.findings.tablesWritten.add(name);
      if (scan.postgresql && name.equals("pg_settings")) {
        scan.changesSetting("changes session state: pg_settings");
      }
    }
    scan.at = end + 1;
  }

  /** SELECT ... INTO; moves behind the word, or behind the variables. */
  void selectInto() {
    scan.at++;
    if (scan.postgresql) {
      if (scan.is("local") || scan.is("global")) {
        scan.at++;
      }
      if (scan.kind() == Keyword.TEMP || scan.kind() == Keyword.TEMPORARY) {
        scan.raise(Scan.PIN, "SELECT INTO a temporary table");
        return;
      }
      scan.raise(Scan.PRIMARY, "SELECT INTO");
      if (scan.kind() == Keyword.UNLOGGED || scan.kind() == Keyword.TABLE) {
        scan.at++;
      }
      written();
    } else if (scan.kind() == Token.USER_VARIABLE) {
      scan.raise(Scan.PIN, "SELECT INTO a user variable");
    } else {
      scan.raise(Scan.PRIMARY, "SELECT INTO");
    }
  }

  private static WordTable special() {
    WordTable table = new WordTable(64);
    String same =
        "session_variables session_status session_account_connect_attrs session_connect_attrs user_variables profiling"
            + " variables_by_thread status_by_thread user_variables_by_thread session_ssl_status innodb_temp_table_info"
            + " pg_settings pg_prepared_statements pg_cursors pg_backend_memory_contexts";
    for (String name : same.split(" ")) {
      table.put(name, Scan.SAME);
    }
    for (String name : "global_variables global_status pg_stat_wal_receiver".split(" ")) {
      table.put(name, Scan.CURRENT);
    }
    table.put("pg_stat_replication", Scan.PRIMARY);
    return table;
  }
}
