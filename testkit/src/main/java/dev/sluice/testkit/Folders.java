package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where servers keep their files: a folder for this JVM that goes with it, and a cache of unpacked
 * binaries and initialised data folders that all JVMs of a user share.
 */
final class Folders {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  private Folders() {}

  /** An empty folder, removed at the latest when this JVM has ended, however it ends. */
  static Path create(String name) {
    try {
      return Files.createDirectory(
          RunFolder.ROOT.resolve(name + "-" + NUMBERS.incrementAndGet()),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A path in the cache; what is there was {@linkplain #publish published} complete. */
  static Path cached(String name) {
    return CacheFolder.ROOT.resolve(name);
  }

  /**
   * Makes a finished folder visible under its name in the cache; a folder that another JVM
   * published meanwhile wins.
   */
  static Path publish(Path finished, String name) throws IOException {
    Path target = cached(name);
    try {
      Files.move(finished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (!Files.isDirectory(target)) {
        throw e;
      }
      delete(finished);
    }
    return target;
  }

  /** A folder beside the cache's entries, to fill and then {@linkplain #publish publish}. */
  static Path unfinished(String name) throws IOException {
    return Files.createTempDirectory(
        CacheFolder.ROOT,
        ".unfinished-" + name + "-",
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  static void delete(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try {
      Files.walkFileTree(folder, new Deletion());
    } catch (IOException e) {
      // What is left goes with this JVM's folder.
      org.slf4j.LoggerFactory.getLogger(Folders.class).debug("{} not yet deleted", folder, e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE; // a dying server removes files of its own meanwhile
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class CacheFolder {
    static final Path ROOT = locate();

    private static Path locate() {
      Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
      Path mine = temporary.resolve("sluice-testkit-" + System.getProperty("user.name"));
      try {
        try {
          Files.createDirectory(
              mine,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (FileAlreadyExistsException e) {
          // Binaries are run from here, so a folder that somebody else made is not taken.
          Path probe = Files.createTempFile(RunFolder.ROOT, "owner", "");
          if (!Files.getOwner(mine, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(probe))
              || Files.isSymbolicLink(mine)) {
            return Files.createDirectory(RunFolder.ROOT.resolve("cache"));
          }
          Files.delete(probe);
        }
        return mine;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class RunFolder {
    static final Path ROOT = make();

    /** Held open for the life of this JVM: its end is what the janitor waits for. */
    @SuppressWarnings("unused")
    private static final Process JANITOR = janitor(ROOT);

    private static Path make() {
      try {
        return Files.createTempDirectory(
            "sluice-testkit-run-",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Process janitor(Path root) {
      // The servers end at the same moment and may still write, hence the second round.
      String script =
          "trap '' INT HUP TERM; while read -r line; do :; done; sleep 1; rm -rf \"$1\"; sleep 3; rm"
              + " -rf \"$1\"";
      try {
        return new ProcessBuilder("/bin/sh", "-c", script, "sluice-janitor", root.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
