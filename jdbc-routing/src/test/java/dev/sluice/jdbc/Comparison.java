package dev.sluice.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Plays sequences of calls on all three sides, a step at a time. What the routed side answers must
 * be what the pool's connection answers, or the driver's own where the pool changes it.
 */
final class Comparison {
  private final ComparedDatabase database;
  private final ComparedCalls calls = new ComparedCalls();

  /** How often each rule has explained a difference. */
  final Map<String, Integer> explained = new TreeMap<>();

  int steps;
  private boolean resetFully = true;
  private boolean ended;
  String played = "";

  Comparison(ComparedDatabase database) {
    this.database = database;
  }

  /** The steps of a seed: always the same. */
  List<ComparedCalls.Step> sequence(long seed) {
    Random r = new Random(seed * 31 + 7);
    r.nextInt();
    int length = 10 + r.nextInt(40);
    List<ComparedCalls.Step> all = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      all.add(calls.step(r));
    }
    return all;
  }

  /** Null, or a difference that no rule explains, with the shortest sequence that shows it. */
  @Nullable String difference(long seed) throws SQLException {
    List<ComparedCalls.Step> all = sequence(seed);
    String found = play(seed, all);
    return found == null ? null : "seed " + seed + ": " + shrunk(seed, all, found);
  }

  private String shrunk(long seed, List<ComparedCalls.Step> all, String found) throws SQLException {
    List<ComparedCalls.Step> least = all;
    String shown = found;
    for (int size = least.size() / 2; size > 0; size /= 2) {
      for (int from = 0; from + size <= least.size(); ) {
        List<ComparedCalls.Step> fewer = new ArrayList<>(least.subList(0, from));
        fewer.addAll(least.subList(from + size, least.size()));
        resetFully = true;
        String still = play(seed, fewer);
        if (still == null) {
          from += size;
        } else {
          least = fewer;
          shown = still;
        }
      }
    }
    resetFully = true;
    return shown;
  }

  private @Nullable String play(long seed, List<ComparedCalls.Step> all) throws SQLException {
    boolean two = seed % 2 == 0;
    database.reset(resetFully);
    resetFully = false;
    if (seed % 4 < 2) {
      database.servers.awaitReplicated(RoutedDatabase.LONG);
    }
    HikariDataSource pooled = database.pooled;
    try (CausalScope scope = CausalScope.open()) {
      // What was done by other means is seen at once by nobody but the primary.
      scope.memory(database.routed).wrote(List.of(), database.routed.epoch(), null);
      ComparedSide[] sides = {
        new ComparedSide(
            database, ComparedDatabase.ROUTED, two, database.routed::getConnection, c -> {}),
        new ComparedSide(
            database, ComparedDatabase.POOLED, two, pooled::getConnection, pooled::evictConnection),
        new ComparedSide(
            database,
            ComparedDatabase.DRIVER,
            two,
            () -> database.connect(ComparedDatabase.DRIVER),
            c -> {})
      };
      String found;
      try {
        found = play(sides, all);
      } finally {
        for (ComparedSide each : sides) {
          each.end();
        }
      }
      resetFully |= sides[0].schemaChanged;
      return found == null ? atTheEnd() : found;
    }
  }

  private @Nullable String play(ComparedSide[] sides, List<ComparedCalls.Step> all) {
    StringBuilder before = new StringBuilder();
    played = "";
    for (ComparedCalls.Step step : all) {
      steps++;
      ComparedSide.Answer routed = sides[0].run(step);
      ComparedSide.Answer pooled = sides[1].run(step);
      ComparedSide.Answer driver = sides[2].run(step);
      String what = routed.what();
      boolean differs = !what.equals(pooled.what()) && !what.equals(driver.what());
      ComparedRules.Rule rule =
          differs
              ? ComparedRules.of(sides, routed, pooled, driver)
              : ComparedRules.later(sides[0], routed);
      if (differs && rule == null) {
        return before
            + "\n  "
            + routed.call()
            + said("routed", routed)
            + said("pooled", pooled)
            + said("driver", driver);
      }
      if (rule != null) {
        explained.merge(rule.name(), 1, Integer::sum);
        if (rule.ends()) {
          resetFully = true;
          ended = true;
          return null;
        }
      }
      resetFully |= !pooled.what().equals(driver.what());
      before.append("\n  ").append(routed.call()).append(" -> ").append(what);
    }
    played = before.toString();
    return null;
  }

  private static String said(String side, ComparedSide.Answer answer) {
    return "\n    " + side + ' ' + answer.what() + ' ' + answer.message();
  }

  private @Nullable String atTheEnd() throws SQLException {
    boolean compares = !ended;
    ended = false;
    if (database.held() > 0) {
      return played + "\n  physical connections are held";
    }
    String routed = database.rows(0);
    String pooled = database.rows(1);
    return !compares || routed.equals(pooled) || routed.equals(database.rows(2))
        ? null
        : played + "\n  rows\n    routed " + routed + "\n    pooled " + pooled;
  }
}
