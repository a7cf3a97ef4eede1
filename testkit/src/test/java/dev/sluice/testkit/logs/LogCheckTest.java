package dev.sluice.testkit.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogCheckTest {
  private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.some");

  /** Runs only when it is selected. */
  @ExtendWith(LogCheck.class)
  @ExpectedWarnings("of the class")
  static class Logging {
    @Test
    void unexpected() {
      LOG.warn("something {}", "else");
    }

    @Test
    void error() {
      LOG.error("an error");
    }

    @Test
    @ExpectedWarnings({"some other", "^some.*else$"})
    void expected() {
      LOG.warn("something {}", "else");
    }

    @Test
    void expectedByItsClass() {
      LOG.warn("one of the class");
    }

    @Test
    void information() {
      LOG.info("no more than that");
    }

    @Nested
    class Inner {
      @Test
      void expectedByTheClassAround() {
        LOG.warn("one of the class");
      }

      @Test
      void unexpectedInside() {
        LOG.warn("something");
      }
    }
  }

  /** Runs only when it is selected. */
  @ExtendWith(LogCheck.class)
  static class After {
    @BeforeAll
    static void before() {
      LOG.warn("expected by the one test");
    }

    @Test
    @ExpectedWarnings("expected by the one test")
    void quiet() {
      LOG.debug("nothing");
    }

    @AfterAll
    static void after() {
      LOG.warn("after all");
    }
  }

  private static EngineExecutionResults run(Class<?> tests) {
    return EngineTestKit.engine("junit-jupiter").selectors(selectClass(tests)).execute();
  }

  @Test
  void failsTheTestsThatLogWhatTheyDidNotExpectAndNoOther() {
    assertThat(run(Logging.class).testEvents().failed().list())
        .extracting(event -> event.getTestDescriptor().getDisplayName())
        .containsExactlyInAnyOrder("unexpected()", "error()", "unexpectedInside()");
  }

  @Test
  void failsTheClassForWhatIsLoggedAfterItsLastTest() {
    EngineExecutionResults results = run(After.class);
    assertThat(results.testEvents().failed().list()).isEmpty();
    assertThat(results.containerEvents().failed().list()).hasSize(1);
  }
}
