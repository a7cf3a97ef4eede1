package dev.sluice.testkit;

/** The accounts that every database has; passwords guard nothing here. */
enum Account {
  APPLICATION("sluice", "sluice"),
  /** The testkit's own questions, kept apart so that counters can leave them out. */
  MONITOR("sluice_monitor", "monitor"),
  REPLICATION("sluice_replication", "replication");

  final String user;
  final String password;

  Account(String user, String password) {
    this.user = user;
    this.password = password;
  }
}
