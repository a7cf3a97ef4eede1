package dev.sluice.demo.readme;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.CacheBuilder;
import dev.sluice.cache.CacheStore;
import dev.sluice.causality.TokenSigner;
import dev.sluice.insights.Insights;
import dev.sluice.jdbc.RoutingDataSourceBuilder;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.nosql.CounterFlusher;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.ShardedCounters;
import dev.sluice.nosql.dynamodb.DynamoDbHotStore;
import dev.sluice.nosql.jdbc.JdbcHotStore;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteQueue;
import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.testkit.DynamoDbServer;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.SluiceServers;
import dev.sluice.testkit.SqsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the builders, both ways. */
class ConfigurationTest {
  private static final Path FILE = Path.of("..", "docs", "configuration.md");
  private static final Pattern HEADING = Pattern.compile("^##+ (.*)$");
  private static final Pattern OPTION = Pattern.compile("^\\| `(\\w+)` \\|.*");
  private static final Pattern DECLARATION = Pattern.compile("\\bfinal class (\\w*Builder)\\b");
  private static final Set<Class<?>> BUILDERS =
      Set.of(
          RoutingDataSourceBuilder.class,
          PoolConfig.Builder.class,
          TokenSigner.Builder.class,
          CacheStore.Builder.class,
          CacheBuilder.class,
          SqsTransport.Builder.class,
          WriteQueue.Builder.class,
          WriteApplier.Builder.class,
          HotTable.Builder.class,
          DynamoDbHotStore.Builder.class,
          JdbcHotStore.Builder.class,
          ShardedCounters.Builder.class,
          CounterFlusher.Builder.class,
          Insights.Builder.class,
          ReplicatedDatabase.Builder.class,
          RedisServer.Builder.class,
          SqsServer.Builder.class,
          DynamoDbServer.Builder.class,
          SluiceServers.Builder.class);

  /** As the headings of the file name it: with the class around it. */
  private static String name(Class<?> builder) {
    Class<?> around = builder.getEnclosingClass();
    return (around == null ? "" : around.getSimpleName() + ".") + builder.getSimpleName();
  }

  private static Set<String> options(Class<?> builder) {
    return Arrays.stream(builder.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> method.getReturnType() == builder)
        .map(Method::getName)
        .collect(toCollection(TreeSet::new));
  }

  /** Options by section; only sections whose heading is of the third level have any. */
  private static Map<String, Set<String>> documented() throws IOException {
    Map<String, Set<String>> sections = new TreeMap<>();
    Set<String> section = new TreeSet<>();
    for (String line : Files.readAllLines(FILE)) {
      Matcher heading = HEADING.matcher(line);
      Matcher option = OPTION.matcher(line);
      if (heading.matches()) {
        section = new TreeSet<>();
        if (line.startsWith("### ")) {
          assertThat(sections.put(heading.group(1), section)).isNull();
        }
      } else if (option.matches()) {
        section.add(option.group(1));
      }
    }
    return sections;
  }

  /** Every builder that the sources of the published modules declare. */
  private static Set<String> declared() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      files.filter(ConfigurationTest::isPublished).forEach(file -> names.addAll(buildersOf(file)));
    }
    return names;
  }

  private static boolean isPublished(Path file) {
    String path = file.toString().replace('\\', '/');
    return path.endsWith(".java")
        && path.contains("/src/main/java/")
        && !path.startsWith("../demo/")
        && !path.startsWith("../benchmarks/");
  }

  private static Set<String> buildersOf(Path file) {
    String top = file.getFileName().toString().replace(".java", "");
    Set<String> names = new TreeSet<>();
    try {
      Matcher declaration = DECLARATION.matcher(Files.readString(file));
      while (declaration.find()) {
        String name = declaration.group(1);
        names.add(name.equals(top) ? name : top + "." + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return names;
  }

  @Test
  void everyOptionIsDocumentedAndNoOther() throws IOException {
    Map<String, Set<String>> existing = new TreeMap<>();
    BUILDERS.forEach(builder -> existing.put(name(builder), options(builder)));
    assertThat(existing.values()).doesNotContain(Set.of());
    assertThat(documented()).isEqualTo(existing);
  }

  @Test
  void everyBuilderIsCompared() throws IOException {
    assertThat(BUILDERS.stream().map(ConfigurationTest::name))
        .containsExactlyInAnyOrderElementsOf(declared());
  }
}
