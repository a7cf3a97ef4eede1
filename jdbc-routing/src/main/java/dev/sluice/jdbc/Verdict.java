package dev.sluice.jdbc;

import dev.sluice.sql.Route;

/**
 * What running a piece of code from the catalog means.
 *
 * @param level how far it is from a plain read, see {@link #level}
 * @param definesSchema whether it may create, alter or drop something
 */
record Verdict(int level, boolean definesSchema) {
  static final int READ = 0;
  static final int CURRENT = 1;
  static final int SAME = 2;
  static final int PRIMARY = 3;
  static final int PIN = 4;

  static final Verdict READS = new Verdict(READ, false);
  static final Verdict WRITES = new Verdict(PRIMARY, false);
  static final Verdict ANYTHING = new Verdict(PRIMARY, true);

  Verdict and(Verdict other) {
    if (level >= other.level && (definesSchema || !other.definesSchema)) {
      return this;
    }
    return new Verdict(Math.max(level, other.level), definesSchema || other.definesSchema);
  }

  /** How far a route is from a plain read. */
  static int level(Route route) {
    return switch (route) {
      case REPLICA -> READ;
      case CURRENT -> CURRENT;
      case SAME -> SAME;
      case PIN -> PIN;
      default -> PRIMARY;
    };
  }

  static Route route(int level) {
    return switch (level) {
      case READ -> Route.REPLICA;
      case CURRENT -> Route.CURRENT;
      case SAME -> Route.SAME;
      case PIN -> Route.PIN;
      default -> Route.PRIMARY;
    };
  }
}
