package dev.sluice.demo.report;

import dev.sluice.demo.check.Invariants;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run as it ended.
 *
 * @param setting what was run where, for people
 * @param steps the steps that were measured
 * @param invariants the checker's verdict
 * @param writesChecked promised writes that were looked for in the final state
 * @param readsChecked answers that were compared with what their session had to see
 * @param trouble why the run ended early or a step failed; null if neither
 */
public record Report(
    String setting,
    List<StepResult> steps,
    Invariants invariants,
    long writesChecked,
    long readsChecked,
    @Nullable String trouble) {

  /**
   * The file name of the report for programs.
   *
   * @return a name without a folder
   */
  public static String jsonName() {
    return "report.json";
  }

  /**
   * The file name of the report for people.
   *
   * @return a name without a folder
   */
  public static String htmlName() {
    return "report.html";
  }
}
