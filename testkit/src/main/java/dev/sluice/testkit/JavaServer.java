package dev.sluice.testkit;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A server written in Java, in a JVM of its own with the class path of this one. */
final class JavaServer {
  private static final String LOGGING =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d %-5level %logger{0} - %msg%n</pattern></encoder>
        </appender>
        <root level="warn"><appender-ref ref="out"/></root>
      </configuration>
      """;

  private JavaServer() {}

  /** Answers HTTP on its port once started. */
  static EmbeddedServer http(
      String name, int port, String mainClass, int heapMegabytes, List<String> arguments) {
    if (!Platform.current().supervised()) {
      throw Platform.current().without(name);
    }
    requireClass(name, mainClass);
    Path folder = Folders.create(name);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + heapMegabytes + "m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Djava.awt.headless=true",
            "-Dlogback.configurationFile=" + folder.resolve("logback.xml"),
            "@" + folder.resolve("arguments"),
            mainClass));
    command.addAll(arguments);
    try {
      Files.writeString(folder.resolve("logback.xml"), LOGGING);
      String path = classPath().replace("\\", "\\\\").replace("\"", "\\\"");
      Files.writeString(folder.resolve("arguments"), "-cp \"" + path + "\"\n");
    } catch (IOException e) {
      throw new TestServerException(name + ": cannot write its configuration", e);
    }
    return new EmbeddedServer(
        new EmbeddedServer.Spec(
            name,
            port,
            folder,
            List.of(),
            () -> command,
            "TERM",
            () -> answers(URI.create("http://127.0.0.1:" + port + "/")),
            Duration.ofMinutes(2)));
  }

  private static void requireClass(String name, String mainClass) {
    String file = mainClass.replace('.', '/') + ".class";
    if (JavaServer.class.getClassLoader().getResource(file) == null) {
      throw new TestServerException(
          name + ": its server is not on the class path; use the docker backend");
    }
  }

  /** Any status is an answer. */
  static boolean answers(URI uri) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setConnectTimeout(1_000);
    connection.setReadTimeout(5_000);
    try {
      return connection.getResponseCode() > 0;
    } finally {
      connection.disconnect();
    }
  }

  /** The JVM's class path, or that of the class loader that a build tool made for us. */
  private static String classPath() {
    Set<String> entries = new LinkedHashSet<>();
    for (ClassLoader loader = JavaServer.class.getClassLoader();
        loader != null;
        loader = loader.getParent()) {
      if (loader instanceof URLClassLoader urls) {
        for (URL url : urls.getURLs()) {
          try {
            entries.add(Path.of(url.toURI()).toString());
          } catch (URISyntaxException | IllegalArgumentException e) {
            throw new TestServerException("cannot tell the class path for a JVM: " + url, e);
          }
        }
      }
    }
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      entries.add(Path.of(entry).toAbsolutePath().toString()); // its working folder is another
    }
    return String.join(File.pathSeparator, entries);
  }
}
