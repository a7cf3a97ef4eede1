package dev.sluice.demo.report;

import dev.sluice.demo.check.Invariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run as it ended.
 *
 * @param plan what was to be run
 * @param stopped whether the user ended it
 * @param steps the steps that were measured
 * @param invariants the checker's verdict
 * @param writesChecked promised writes that were looked for in the final state
 * @param readsChecked answers that were compared with what their session had to see
 * @param ended why the run ended early by itself; null if it did not
 */
public record Report(
    Plan plan,
    boolean stopped,
    List<StepResult> steps,
    Invariants invariants,
    long writesChecked,
    long readsChecked,
    @Nullable String ended) {
  private static final int STOPPED = 130;

  /**
   * What was to be run.
   *
   * @param setting where and how, for people
   * @param steps how many steps
   */
  public record Plan(String setting, int steps) {}

  /**
   * Why the run, or a step of it, has failed.
   *
   * @return words for people; empty if none has
   */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    if (ended != null) {
      troubles.add(ended);
    }
    for (StepResult step : steps) {
      String trouble = step.trouble();
      if (trouble != null) {
        troubles.add(trouble);
      }
    }
    return troubles;
  }

  /**
   * What the process ends with.
   *
   * @return 0 only if all was run and all was right
   */
  public int exitCode() {
    if (!troubles().isEmpty() || !invariants.held()) {
      return 1;
    }
    return stopped ? STOPPED : 0;
  }

  /** How far the user let it come. */
  String progress() {
    List<StepResult> whole = steps.stream().filter(step -> !step.load().cut()).toList();
    StringBuilder text =
        new StringBuilder("after %d of %d steps".formatted(whole.size(), plan.steps));
    steps.stream()
        .filter(step -> step.load().cut())
        .forEach(
            step ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        " and %.1f s of step %d",
                        step.load().seconds(),
                        step.label().number())));
    return text.toString();
  }

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
