package dev.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.jspecify.annotations.Nullable;

/** Takes servers out of the jars that bring them, once for all JVMs of this user. */
final class Binaries {
  private Binaries() {}

  /**
   * Unpacks entries of every jar that has a given entry.
   *
   * @param marker an entry, or a folder entry, that the jar has
   * @param target where an entry goes, relative; null leaves it out
   * @return the folder, or null when no jar on the class path gave a file
   */
  static @Nullable Path unpack(String name, String marker, Target target) throws IOException {
    for (URL url : Collections.list(loader().getResources(marker))) {
      if (!(url.openConnection() instanceof JarURLConnection connection)) {
        continue;
      }
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        List<JarEntry> wanted =
            jar.stream().filter(e -> !e.isDirectory() && target.of(e.getName()) != null).toList();
        if (wanted.isEmpty()) {
          continue;
        }
        String key =
            name
                + "-"
                + Path.of(jar.getName()).getFileName()
                + "-"
                + Files.size(Path.of(jar.getName()));
        if (Files.isDirectory(Folders.cached(key))) {
          return Folders.cached(key);
        }
        Path folder = Folders.unfinished(name);
        for (JarEntry entry : wanted) {
          copy(jar, entry, folder, String.valueOf(target.of(entry.getName())));
        }
        return Folders.publish(folder, key);
      }
    }
    return null;
  }

  /** Where an entry of a jar goes. */
  interface Target {
    @Nullable String of(String entry);
  }

  private static void copy(JarFile jar, JarEntry entry, Path folder, String name)
      throws IOException {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException("an entry leaves its folder: " + entry.getName());
    }
    Files.createDirectories(file.getParent());
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, file);
    }
    if (!file.toFile().setExecutable(true, false)) {
      throw new IOException("cannot make executable: " + file);
    }
  }

  private static ClassLoader loader() {
    return Binaries.class.getClassLoader();
  }
}
