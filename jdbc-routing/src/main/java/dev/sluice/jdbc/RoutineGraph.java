package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.RoutineBody;
import dev.sluice.sql.SqlScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Works out what the code of a catalog does: of itself, and by what it calls and reads, however far
 * that goes. What is found of one routine counts for all of its name, since the text of a call does
 * not tell which of them is meant. Confined to one thread.
 */
final class RoutineGraph {
  private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

  /** One piece of code; its verdict only grows. */
  private static final class Unit {
    Verdict verdict;
    final Set<String> calls = new HashSet<>();
    final Set<String> names = new HashSet<>();

    Unit(Verdict verdict) {
      this.verdict = verdict;
    }
  }

  private final Dialect dialect;
  private final Declared declared;
  private final Set<String> packages;
  private final List<Unit> units = new ArrayList<>();
  private final Map<String, List<Unit>> functions = new HashMap<>();
  private final Map<String, List<Unit>> names = new HashMap<>();

  /** Names of routines that are names of builtin functions, too. */
  private final Set<String> builtin = new HashSet<>();

  private final List<RoutineRows.Symbol> symbols;
  private int hidden;

  RoutineGraph(RoutineRows rows, Dialect dialect, Declared declared) {
    this.dialect = dialect;
    this.declared = declared;
    this.packages = rows.packages();
    this.symbols = rows.symbols();
    Set<String> mentioned = new HashSet<>();
    rows.names().forEach(code -> mentioned.add(code.name()));
    if (dialect == Dialect.POSTGRESQL) {
      for (RoutineRows.Routine each : rows.routines()) {
        if (isBuiltin(each.name())) {
          builtin.add(each.name());
        }
      }
    }
    rows.routines().forEach(each -> add(each, mentioned));
    rows.names().forEach(each -> add(each, mentioned));
    settle();
  }

  /** Whether a call of this name is one of a builtin function to the scanner. */
  private boolean isBuiltin(String name) {
    return PLAIN.matcher(name).matches()
        && !SqlScanner.scan("SELECT " + name + "(1)", LexerMode.of(dialect))
            .callsUnknownFunctions();
  }

  private void add(RoutineRows.Routine routine, Set<String> mentioned) {
    Unit unit =
        switch (routine.form()) {
          case PURE -> new Unit(Verdict.READS);
          case NATIVE -> new Unit(Verdict.WRITES);
          case OPAQUE -> new Unit(Verdict.ANYTHING);
          case BLOCK ->
              read(
                  routine.body(),
                  mentioned,
                  mode -> RoutineBody.block(text(routine.body()), mode, routine.parameters()));
          case STATEMENTS ->
              read(
                  routine.body(),
                  mentioned,
                  mode -> RoutineBody.statements(text(routine.body()), mode));
        };
    hidden += routine.form() == RoutineRows.Form.OPAQUE && routine.body() == null ? 1 : 0;
    if (!routine.more().isEmpty()) {
      Unit more =
          read(routine.more(), mentioned, mode -> RoutineBody.statements(routine.more(), mode));
      unit.verdict = unit.verdict.and(more.verdict);
      unit.calls.addAll(more.calls);
      unit.names.addAll(more.names);
    }
    if (declared.writes(routine.schema(), routine.name())) {
      unit = new Unit(unit.verdict.and(Verdict.WRITES));
    } else if (declared.readsOnly(routine.schema(), routine.name())) {
      unit = new Unit(Verdict.READS);
    }
    units.add(unit);
    functions.computeIfAbsent(routine.name(), k -> new ArrayList<>()).add(unit);
    functions
        .computeIfAbsent(routine.schema() + '.' + routine.name(), k -> new ArrayList<>())
        .add(unit);
  }

  private void add(RoutineRows.Code code, Set<String> mentioned) {
    String text = code.text();
    Unit unit;
    if (code.relation() && declared.writingViews().contains(code.name())) {
      unit = new Unit(Verdict.WRITES);
    } else if (code.relation() && declared.readViews().contains(code.name())) {
      unit = new Unit(Verdict.READS);
    } else if (text == null) {
      unit = new Unit(Verdict.WRITES);
      hidden++;
    } else {
      unit = read(text, mentioned, mode -> RoutineBody.statements(text, mode));
    }
    units.add(unit);
    names.computeIfAbsent(code.name(), k -> new ArrayList<>()).add(unit);
  }

  private static String text(@Nullable String body) {
    return body == null ? "" : body;
  }

  /** Where quotes and backslashes may mean one thing or another, both readings count. */
  private Unit read(
      @Nullable String text, Set<String> mentioned, Function<LexerMode, RoutineBody> reading) {
    Unit unit = new Unit(Verdict.READS);
    if (text == null) {
      unit.verdict = Verdict.ANYTHING;
      return unit;
    }
    for (LexerMode mode : modes(text)) {
      RoutineBody body = reading.apply(mode);
      unit.verdict =
          unit.verdict.and(new Verdict(Verdict.level(body.route()), body.definesSchema()));
      unit.calls.addAll(body.calls());
      for (String name : body.names()) {
        if (mentioned.contains(name)) {
          unit.names.add(name);
        }
        if (builtin.contains(name)) {
          unit.calls.add(name);
        }
      }
      for (RoutineRows.Symbol symbol : symbols) {
        boolean word = PLAIN.matcher(symbol.text()).matches();
        if (word ? body.names().contains(symbol.text()) : text.contains(symbol.text())) {
          unit.calls.add(symbol.function());
        }
      }
    }
    return unit;
  }

  private List<LexerMode> modes(String text) {
    List<LexerMode> modes = new ArrayList<>(4);
    boolean quotes = dialect != Dialect.POSTGRESQL && text.indexOf('"') >= 0;
    boolean backslash = text.indexOf('\\') >= 0;
    LexerMode usual = LexerMode.of(dialect);
    for (int i = 0; i < 4; i++) {
      boolean otherQuotes = (i & 1) != 0;
      boolean otherBackslash = (i & 2) != 0;
      if ((!otherQuotes || quotes) && (!otherBackslash || backslash)) {
        modes.add(
            new LexerMode(
                dialect,
                usual.ansiQuotes() != otherQuotes,
                usual.backslashEscapes() != otherBackslash));
      }
    }
    return modes;
  }

  /** The least that is true of all of them: verdicts grow until nothing changes. */
  private void settle() {
    boolean grown = true;
    while (grown) {
      grown = false;
      for (Unit unit : units) {
        Verdict verdict = unit.verdict;
        for (String call : unit.calls) {
          verdict = verdict.and(function(call));
        }
        for (String name : unit.names) {
          verdict = verdict.and(all(names.get(name)));
        }
        grown |= !verdict.equals(unit.verdict);
        unit.verdict = verdict;
      }
    }
  }

  private static Verdict all(@Nullable List<Unit> units) {
    Verdict verdict = Verdict.READS;
    if (units != null) {
      for (Unit each : units) {
        verdict = verdict.and(each.verdict);
      }
    }
    return verdict;
  }

  /** What a call means, as it is written. */
  Verdict function(String call) {
    if (declared.writes(call)) {
      return Verdict.WRITES;
    }
    if (declared.readsOnly(call)) {
      return Verdict.READS;
    }
    List<Unit> meant = functions.get(call);
    int dot = call.lastIndexOf('.');
    if (meant == null || (dot >= 0 && packages.contains(call.substring(0, dot)))) {
      return Verdict.ANYTHING;
    }
    return all(meant);
  }

  /** Verdicts by name, with and without schema. */
  Map<String, Verdict> functions() {
    Map<String, Verdict> verdicts = new HashMap<>();
    functions.keySet().forEach(name -> verdicts.put(name, function(name)));
    declared.reads().forEach(name -> verdicts.put(name, function(name)));
    declared.writes().forEach(name -> verdicts.put(name, function(name)));
    return verdicts;
  }

  /** Relations whose reading is no plain read, by the level of {@link Verdict}. */
  Map<String, Integer> relations(RoutineRows rows) {
    Map<String, Integer> levels = new HashMap<>();
    for (RoutineRows.Code code : rows.names()) {
      int level = all(names.get(code.name())).level();
      if (code.relation() && level > Verdict.READ) {
        levels.put(code.name(), level);
      }
    }
    declared.writingViews().forEach(view -> levels.put(view, Verdict.PRIMARY));
    return levels;
  }

  /** What else in a text means more than a plain read: names of types and functions, operators. */
  Map<String, Integer> marks(RoutineRows rows) {
    Map<String, Integer> levels = new HashMap<>();
    for (RoutineRows.Code code : rows.names()) {
      if (!code.relation()) {
        mark(levels, code.name(), all(names.get(code.name())));
      }
    }
    builtin.forEach(name -> mark(levels, name, function(name)));
    symbols.forEach(symbol -> mark(levels, symbol.text(), function(symbol.function())));
    return levels;
  }

  private static void mark(Map<String, Integer> levels, String text, Verdict verdict) {
    if (verdict.level() > Verdict.READ) {
      levels.merge(text, verdict.level(), Math::max);
    }
  }

  /** How many routines and views are not shown to the account. */
  int hidden() {
    return hidden;
  }
}
