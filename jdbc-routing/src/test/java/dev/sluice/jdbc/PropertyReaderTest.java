package dev.sluice.jdbc;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.jdbc.ClusterConfig.Ejection;
import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.sql.Dialect;
import java.io.IOException;
import java.io.StringReader;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertyReaderTest {
  private final Map<String, Object> values = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  PropertyReaderTest() {
    set("name", "shop");
    set("primary.url", "jdbc:mariadb://localhost:1/shop");
    set("primary.user", "app");
  }

  private void set(String name, Object value) {
    values.put("sluice.routing." + name, value);
  }

  private RoutingDataSourceBuilder read() {
    RoutingDataSourceBuilder builder = RoutingDataSource.builder();
    new PropertyReader(values, PropertyReader.PREFIX, environment::get).applyTo(builder);
    return builder;
  }

  /** What a builder would give to a cluster; its pools are closed again. */
  private static ClusterConfig config(RoutingDataSourceBuilder builder) {
    AtomicReference<ClusterConfig> seen = new AtomicReference<>();
    builder
        .build(
            config -> {
              seen.set(config);
              return new StubCluster();
            })
        .close();
    return seen.get();
  }

  private void refused(String message) {
    assertThatThrownBy(this::read)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("sluice.routing." + message);
  }

  @Test
  void everyOptionIsSet() {
    set("dialect", "mariadb");
    set("maximum-lag", "20s");
    set("sample-interval", "PT0.1S");
    set("sample-timeout", "1500ms");
    set("maximum-fallback-reads", 7);
    set("causal-wait", "1s");
    set("ejection.failures", "5");
    set("ejection.maximum", "2m");
    set("replicas.b.url", "jdbc:mariadb://localhost:1/shop");
    set("replicas.b.weight", "50");
    set("replicas.a.url", "jdbc:mariadb://localhost:1/shop");
    values.put("spring.datasource.url", "not ours");
    ClusterConfig config = config(read());
    assertThat(config.name()).isEqualTo("shop");
    assertThat(config.dialect()).isEqualTo(Dialect.MARIADB);
    assertThat(config.limits())
        .isEqualTo(
            new Limits(
                Duration.ofSeconds(20),
                Duration.ofMillis(100),
                Duration.ofMillis(1_500),
                7,
                Duration.ofSeconds(1),
                new Ejection(5, Ejection.DEFAULTS.minimum(), Duration.ofMinutes(2))));
    assertThat(config.replicas()).extracting("name").containsExactly("a", "b");
    assertThat(config.replicas()).extracting("weight").containsExactly(100, 50);
  }

  @Test
  void propertiesAndAnotherPrefixAreTaken() {
    Properties properties = new Properties();
    properties.setProperty("orders.name", "orders");
    properties.setProperty("orders.primary.url", "jdbc:mariadb://localhost:1/orders");
    properties.setProperty("sluice.routing.nonsense", "of another one");
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder().properties(properties, "orders.");
    assertThat(config(builder).name()).isEqualTo("orders");
    assertThatThrownBy(() -> RoutingDataSource.fromProperties(properties))
        .hasMessageStartingWith("sluice.routing.nonsense: ");
  }

  @ParameterizedTest
  @CsvSource({
    "maximum-lagg, maximum-lag",
    "maximumLag, maximum-lag",
    "primary.uri, primary.url",
    "replicas.a.wait, replicas.a.weight",
    "pool.max-size, pool.maximum-size",
    "primary.pool.keep-alive-time, primary.pool.keepalive-time",
    "eject.failures, ejection.failures",
    "pasword, password"
  })
  void anUnknownNameIsRefusedWithTheNearestOne(String wrong, String nearest) {
    set("replicas.a.url", "jdbc:mariadb://localhost:1/shop");
    set(wrong, "1");
    assertThatThrownBy(this::read)
        .hasMessage(
            "sluice.routing."
                + wrong
                + ": there is no such property; the nearest is sluice.routing."
                + nearest);
  }

  @Test
  void aWrongValueIsRefusedWithItsName() {
    for (String wrong : List.of("10", "ten seconds", "", "1w", "-1s", "99999999999999s")) {
      set("maximum-lag", wrong);
      refused("maximum-lag: must be a duration with its unit");
    }
    values.remove("sluice.routing.maximum-lag");
    set("maximum-fallback-reads", "many");
    refused("maximum-fallback-reads: must be a whole number, got \"many\"");
    values.remove("sluice.routing.maximum-fallback-reads");
    set("follow-writer", "yes");
    refused("follow-writer: must be true or false, got \"yes\"");
    values.remove("sluice.routing.follow-writer");
    set("dialect", "oracle");
    refused("dialect: must be one of mysql, mariadb, postgresql");
    values.remove("sluice.routing.dialect");
    set("replicas.a.weight", "1");
    refused("replicas.a.url: is required");
    set("replicas.a.url", "jdbc:mariadb://u:hunter2@a,b/shop");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("sluice.routing.replicas.a: url: ")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void whatTheBuildersCheckIsNamedToo() {
    set("pool.maximum-size", "0");
    refused("primary: maximumSize: ");
    set("pool.maximum-size", "5");
    set("maximum-lag", "1ms");
    assertThatThrownBy(() -> config(read())).hasMessageStartingWith("maximumLag: ");
  }

  @Test
  void poolsHaveCommonOptionsAndOptionsOfTheirOwn() {
    set("user", "everyone");
    set("pool.maximum-size", "5");
    set("pool.driver.tcpKeepAlive", "false");
    set("primary.pool.maximum-size", "6");
    set("replicas.a.url", "jdbc:mariadb://localhost:1/shop");
    ClusterConfig config = config(read());
    assertThat(config.primary().dataSource())
        .hasFieldOrPropertyWithValue("maximumPoolSize", 6)
        .extracting("credentialsProvider.credentials.username")
        .isEqualTo("app");
    assertThat(config.replicas().get(0).dataSource())
        .hasFieldOrPropertyWithValue("maximumPoolSize", 5)
        .hasFieldOrPropertyWithValue("poolName", "shop-a")
        .extracting("dataSourceProperties")
        .hasFieldOrPropertyWithValue("tcpKeepAlive", "false");
    assertThat(config.replicas().get(0).dataSource())
        .extracting("credentialsProvider.credentials.username")
        .isEqualTo("everyone");
  }

  @Test
  void aPasswordComesFromTheEnvironment() {
    set("password-env", "SHOP_PASSWORD");
    refused("password-env: there is no environment variable SHOP_PASSWORD");
    environment.put("SHOP_PASSWORD", "hunter2");
    assertThat(config(read()).primary().dataSource())
        .extracting("credentialsProvider.credentials.password")
        .isEqualTo("hunter2");
    set("password", "hunter2");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("sluice.routing.password: is given more than once")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void aPasswordComesFromAFileAsItIsThen(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("secret");
    set("primary.password-file", file);
    refused("primary.password-file: the file cannot be read");
    Files.writeString(file, "first\n");
    AtomicReference<ClusterConfig> seen = new AtomicReference<>();
    RoutingDataSource source =
        read()
            .build(
                config -> {
                  seen.set(config);
                  return new StubCluster();
                });
    try (source) {
      String password = "credentialsProvider.credentials.password";
      assertThat(seen.get().primary().dataSource()).extracting(password).isEqualTo("first");
      Files.writeString(file, "second");
      assertThat(seen.get().primary().dataSource()).extracting(password).isEqualTo("second");
    }
  }

  private static String kebab(String option) {
    return option.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }

  /** Options that a text can say. */
  private static Set<String> simpleOptions(Class<?> builder) {
    List<Class<?>> simple = List.of(String.class, Duration.class, int.class, boolean.class);
    return Arrays.stream(builder.getDeclaredMethods())
        .filter(each -> Modifier.isPublic(each.getModifiers()) && !each.isSynthetic())
        .filter(each -> each.getReturnType() == builder)
        .filter(
            each ->
                Stream.of(each.getParameterTypes())
                    .allMatch(type -> simple.contains(type) || type.isEnum()))
        .map(Method::getName)
        .map(PropertyReaderTest::kebab)
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void everySimpleOptionOfTheBuildersHasAProperty() {
    Set<String> routing = new TreeSet<>(PropertyReader.OPTIONS.keySet());
    routing.addAll(List.of("ejection", "primary", "replica"));
    assertThat(routing)
        .as("an option without a property: add it to PropertyReader.OPTIONS")
        .isEqualTo(simpleOptions(RoutingDataSourceBuilder.class));
    Set<String> pool = new TreeSet<>(PropertyReader.POOL_OPTIONS.keySet());
    pool.addAll(List.of("user", "password", "driver-property"));
    assertThat(pool).isEqualTo(simpleOptions(PoolConfig.Builder.class));
  }

  @Test
  void whatReadmeShowsIsTaken() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md"));
    Properties shown = new Properties();
    shown.load(new StringReader(readme.split("```properties\n", 2)[1].split("```", 2)[0]));
    values.clear();
    shown.forEach((name, value) -> values.put((String) name, value));
    environment.put("SHOP_PASSWORD", "secret");
    assertThat(read()).isNotNull();
    assertThat(values).hasSize(6);
  }

  @Test
  void everyPropertyIsDocumentedAndNoOther() throws IOException {
    String file = Files.readString(Path.of("..", "docs", "configuration.md"));
    String section = file.split("\n#### Properties\n", 2)[1].split("\n##", 2)[0];
    Set<String> documented = new TreeSet<>();
    Matcher row = Pattern.compile("(?m)^\\| `([^`]+)` \\|").matcher(section);
    while (row.find()) {
      documented.add(row.group(1));
    }
    Set<String> known = new TreeSet<>(PropertyReader.OPTIONS.keySet());
    known.addAll(PropertyReader.EJECTION);
    PropertyReader.POOL_OPTIONS.keySet().forEach(each -> known.add("pool." + each));
    known.addAll(List.of("primary.url", "replicas.<name>.url", "replicas.<name>.weight"));
    known.addAll(List.of("user", "password", "password-env", "password-file"));
    known.add("pool.driver.<property>");
    assertThat(documented).isEqualTo(known);
  }
}
