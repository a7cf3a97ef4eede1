package dev.sluice.testkit.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Fails a test after which a line of level WARN or ERROR was logged that neither it nor its class
 * expects by {@link ExpectedWarnings}. What is logged outside of a test, before the first or after
 * the last one of a class, fails the class.
 *
 * <p>For all tests of a module: a file {@code
 * META-INF/services/org.junit.jupiter.api.extension.Extension} that names this class, and {@code
 * junit.jupiter.extensions.autodetection.enabled=true} in {@code junit-platform.properties}.
 * Loggers that Logback's configuration silences are not seen. Two configuration parameters of JUnit
 * in the same file: {@value #LOGGERS}, the first part of the names of loggers that count (default:
 * all), and {@value #SERVERS}, one more expression that is expected in classes whose names end with
 * {@code IT}: what a slow machine may cause where real servers are watched.
 *
 * <p>Thread-safe, but of classes that run in parallel each sees the other's lines.
 */
public final class LogCheck implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  static final String LOGGERS = "sluice.log-check.loggers";
  static final String SERVERS = "sluice.log-check.servers";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LogCheck.class);

  /** Made by JUnit. */
  public LogCheck() {}

  /** Keeps what is logged while a class runs. */
  private static final class Lines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Queue<ILoggingEvent> waiting = new ConcurrentLinkedQueue<>();
    private final Logger root;

    Lines(LoggerContext loggers) {
      this.root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
      setContext(loggers);
      setName("sluice-log-check");
      start();
      root.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
        waiting.add(event);
      }
    }

    List<ILoggingEvent> take() {
      List<ILoggingEvent> taken = new ArrayList<>();
      for (ILoggingEvent each = waiting.poll(); each != null; each = waiting.poll()) {
        taken.add(each);
      }
      return taken;
    }

    @Override
    public void close() {
      root.detachAppender(this);
      stop();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ILoggerFactory factory = LoggerFactory.getILoggerFactory();
    if (!(factory instanceof LoggerContext loggers)) {
      throw new IllegalStateException(
          "LogCheck: needs Logback behind slf4j, found " + factory.getClass().getName());
    }
    // A nested class finds those of the class around it.
    context
        .getStore(NAMESPACE)
        .computeIfAbsent(Lines.class, key -> new Lines(loggers), Lines.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    check(context);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    check(context);
  }

  private static void check(ExtensionContext context) {
    Lines lines = context.getStore(NAMESPACE).get(Lines.class, Lines.class);
    if (lines == null) {
      return;
    }
    List<ILoggingEvent> logged = lines.take();
    if (logged.isEmpty()) {
      return;
    }
    List<Pattern> expected = expected(context);
    String loggers = context.getConfigurationParameter(LOGGERS).orElse("");
    List<String> unexpected =
        logged.stream()
            .filter(line -> line.getLoggerName().startsWith(loggers))
            .filter(
                line ->
                    expected.stream().noneMatch(p -> p.matcher(line.getFormattedMessage()).find()))
            .map(LogCheck::describe)
            .toList();
    if (!unexpected.isEmpty()) {
      throw new AssertionError(
          "logged and not expected (@ExpectedWarnings):\n" + String.join("\n", unexpected));
    }
  }

  private static String describe(ILoggingEvent line) {
    return line.getLevel() + " " + line.getLoggerName() + ": " + line.getFormattedMessage();
  }

  /** Of the method, of its class, and of the classes around it; and what servers may cause. */
  private static List<Pattern> expected(ExtensionContext context) {
    Stream<String> servers =
        context.getTestClass().filter(each -> each.getSimpleName().endsWith("IT")).stream()
            .flatMap(each -> context.getConfigurationParameter(SERVERS).stream());
    Stream<String> annotated =
        Stream.iterate(
                context,
                each -> each != null && each.getElement().isPresent(),
                each -> each.getParent().orElse(null))
            .flatMap(
                each ->
                    AnnotationSupport.findAnnotation(each.getElement(), ExpectedWarnings.class)
                        .stream())
            .flatMap(each -> Stream.of(each.value()));
    return Stream.concat(servers, annotated).map(Pattern::compile).toList();
  }
}
