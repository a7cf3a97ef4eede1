package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.Explorer.Faults;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every interleaving of a few writers and readers on one key and its table entry, with a replica
 * that lags as it likes.
 */
class ProtocolExplorationTest {
  private static final Logger log = LoggerFactory.getLogger(ProtocolExplorationTest.class);

  /** Writers may crash anywhere; anything but a live intent may be evicted. */
  private static final Faults CRASHES = new Faults(true, false, false, false);

  /** Writers live; the server may lose everything at any moment, intents too. */
  private static final Faults LOSSES = new Faults(false, true, true, false);

  /**
   * Writers may crash or lose sight of the server after their commit, while the server may lose all
   * its memory at any moment.
   */
  private static final Faults CUTS = new Faults(true, true, false, true);

  /** The same with losses of single entries; then what could not be confirmed is bypassed. */
  private static final Faults CUTS_AND_EVICTIONS = new Faults(false, true, true, true);

  private static final List<Faults> ALL = List.of(CRASHES, LOSSES, CUTS, CUTS_AND_EVICTIONS);

  private static final List<Size> SIZES = List.of(new Size(1, 1), new Size(2, 1), new Size(1, 2));

  private record Size(int writers, int readers) {}

  @Test
  void neverReturnsAnythingOlderThanAcknowledgedWhenWritersCrash() {
    explore(CRASHES);
  }

  @Test
  void neverReturnsAnythingOlderThanAcknowledgedWhenServerLosesItsMemory() {
    explore(LOSSES);
  }

  @Test
  void neverReturnsAnythingOlderThanAcknowledgedWhenWriterIsCutOffFromServerThatLosesItsMemory() {
    explore(CUTS);
  }

  @Test
  void neverReturnsAnythingOlderThanConfirmedWhenWriterIsCutOffFromServerThatEvicts() {
    explore(CUTS_AND_EVICTIONS);
  }

  private static void explore(Faults faults) {
    long states = 0;
    for (Size size : SIZES) {
      for (boolean tableWrite : new boolean[] {false, true}) {
        if ((faults.serverUnreachable() && size.writers > 1 && tableWrite)
            || (size.readers > 1
                && (faults.serverUnreachable() || tableWrite == faults.writersCrash()))) {
          continue; // millions of states each: one of the two does
        }
        Explorer explorer =
            new Explorer(new Model(Set.of()), faults, tableWrite, size.writers, size.readers);
        assertThat(explorer.run()).isNull();
        states += explorer.states();
        log.info(
            "{}, {}, {}: {} states, {} transitions",
            faults,
            size,
            tableWrite ? "last writer writes unknown rows" : "all write the key",
            explorer.states(),
            explorer.transitions());
      }
    }
    assertThat(states).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void everyRuleIsNeeded(Model.Mutation mutation) {
    String found = null;
    for (Size size : SIZES) {
      for (Faults faults : ALL) {
        for (boolean tableWrite : new boolean[] {false, true}) {
          if (found == null) {
            Model model = new Model(EnumSet.of(mutation));
            found = new Explorer(model, faults, tableWrite, size.writers, size.readers).run();
          }
        }
      }
    }
    log.info("without the rule, {}: {}", mutation, found);
    assertThat(found).as("violation found: %s", mutation).isNotNull();
  }
}
