package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where statements may run by what the catalog, or a declaration, says of the functions they call
 * and the views they read. Immutable but for a memory of answers. Safe for use by several threads.
 *
 * <p>Safe direction: a function that is not known is a write. A relation that is not known is
 * judged by the text alone, since most are tables and a replica refuses what a view writes; but
 * while a change of the catalog's code is under way, a relation that was no table is for the
 * primary.
 */
final class Routines {
  private static final int SLOTS = 1 << 10;

  /**
   * One answer.
   *
   * @param level what the functions mean, or -1 if they were not asked for
   * @param names what the relations and other names mean
   */
  private record Answer(long fingerprint, boolean functions, int level, int names) {}

  private final Declared declared;
  private final Map<String, Verdict> functions;
  private final Map<String, Integer> relations;
  private final Map<String, Integer> marks;
  private final Set<String> defining;
  private final Set<String> packages;
  private final boolean postgresql;
  private final int hidden;

  /** While its code changes: the catalog before; else null. */
  private final @Nullable Catalog before;

  /** Whether the text of a read says all that there is to it. */
  private final boolean harmless;

  private final AtomicReferenceArray<@Nullable Answer> answers = new AtomicReferenceArray<>(SLOTS);

  private Routines(Declared declared, RoutineRows rows, @Nullable Dialect dialect) {
    this.declared = declared;
    this.postgresql = dialect == Dialect.POSTGRESQL;
    RoutineGraph graph =
        new RoutineGraph(rows, dialect == null ? Dialect.MYSQL : dialect, declared);
    this.functions = graph.functions();
    this.relations = graph.relations(rows);
    this.marks = graph.marks(rows);
    this.packages = rows.packages();
    this.hidden = graph.hidden();
    this.defining = new HashSet<>();
    functions.forEach(
        (name, verdict) -> {
          if (verdict.definesSchema() && name.indexOf('.') < 0) {
            defining.add(name);
          }
        });
    this.before = null;
    this.harmless = relations.isEmpty() && marks.isEmpty();
  }

  private Routines(Routines from, Catalog before) {
    this.declared = from.declared;
    this.postgresql = from.postgresql;
    this.functions = from.functions;
    this.relations = from.relations;
    this.marks = from.marks;
    this.packages = from.packages;
    this.defining = from.defining;
    this.hidden = from.hidden;
    this.before = before;
    this.harmless = false;
  }

  /** Nothing is known but what is declared. */
  static Routines unknown(Declared declared) {
    return new Routines(declared, RoutineRows.NONE, null);
  }

  static Routines of(RoutineRows rows, Dialect dialect, Declared declared) {
    return new Routines(declared, rows, dialect);
  }

  /**
   * While the code changes: nothing is proven any more.
   *
   * @param known the catalog before the change
   */
  Routines changing(Catalog known) {
    return before != null ? this : new Routines(this, known);
  }

  /** Where a statement may run. Costs a look or two at fields for most. */
  Route route(SqlStatement statement) {
    Route route = statement.route();
    boolean calls = !statement.unknownFunctions().isEmpty();
    if (harmless && !calls && statement.procedure().isEmpty()) {
      return route;
    }
    return switch (route) {
      case REPLICA, CURRENT, SAME, PRIMARY -> Verdict.route(level(statement, route, calls));
      default -> route;
    };
  }

  private int level(SqlStatement statement, Route route, boolean calls) {
    long fingerprint = statement.fingerprint();
    int slot = (int) ((fingerprint * 0x9E3779B97F4A7C15L) >>> (Long.SIZE - 10));
    Answer answer = answers.getAcquire(slot);
    if (answer == null || answer.fingerprint != fingerprint || answer.functions != calls) {
      int level = Verdict.READ;
      for (String call : statement.unknownFunctions()) {
        level = Math.max(level, function(call));
      }
      answer = new Answer(fingerprint, calls, level, names(statement));
      answers.setRelease(slot, answer);
    }
    int base = calls ? answer.level : Verdict.level(route);
    return Math.max(base, answer.names);
  }

  /** What reads the session or the node stays, within a function, with the primary. */
  private int function(String call) {
    int level = verdict(call).level();
    if (level > Verdict.READ && level < Verdict.PRIMARY) {
      return Verdict.PRIMARY;
    }
    boolean proven = before == null || declared.readsOnly(call);
    return proven ? level : Math.max(level, Verdict.PRIMARY);
  }

  private Verdict verdict(String call) {
    int dot = call.lastIndexOf('.');
    boolean member = dot >= 0 && packages.contains(call.substring(0, dot));
    Verdict known = member ? null : functions.get(call);
    if (known != null) {
      return known;
    }
    if (declared.writes(call)) {
      return Verdict.WRITES;
    }
    return declared.readsOnly(call) ? Verdict.READS : Verdict.ANYTHING;
  }

  private int names(SqlStatement statement) {
    int level = Verdict.READ;
    for (String name : statement.tablesRead()) {
      level = Math.max(level, relations.getOrDefault(name, Verdict.READ));
      if (before != null && !before.isTable(name) && !declared.readViews().contains(name)) {
        level = Math.max(level, Verdict.PRIMARY);
      }
    }
    if (!statement.procedure().isEmpty() && verdict(statement.procedure()).level() == Verdict.PIN) {
      level = Verdict.PIN;
    }
    for (Map.Entry<String, Integer> mark : marks.entrySet()) {
      if (mark.getValue() > level && contains(statement.normalized(), mark.getKey())) {
        level = mark.getValue();
      }
    }
    return level;
  }

  /**
   * Whether a statement that is no data definition may change the schema by what it calls. A
   * procedure that is not known may.
   */
  boolean mayDefine(SqlStatement statement) {
    if (!statement.procedure().isEmpty()) {
      return verdict(statement.procedure()).definesSchema();
    }
    if (!postgresql || !statement.callsUnknownFunctions()) {
      return false;
    }
    for (String name : defining) {
      if (contains(statement.normalized(), name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a text holds a word, as a word, or an operator. */
  private static boolean contains(String text, String mark) {
    boolean word = isPart(mark.charAt(0));
    for (int i = 0; i + mark.length() <= text.length(); i++) {
      if (text.regionMatches(true, i, mark, 0, mark.length())) {
        int end = i + mark.length();
        boolean whole =
            (i == 0 || !isPart(text.charAt(i - 1)))
                && (end == text.length() || !isPart(text.charAt(end)));
        if (!word || whole) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isPart(char c) {
    return c == '_' || c == '$' || Character.isLetterOrDigit(c);
  }

  /** How many routines and views the account may not see. */
  int hidden() {
    return hidden;
  }

  @Override
  public String toString() {
    return functions.size() + " functions, " + relations.size() + " relations";
  }
}
