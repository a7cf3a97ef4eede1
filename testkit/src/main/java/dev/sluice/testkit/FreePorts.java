package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that stay free for a server while it is down.
 *
 * <p>They lie below the range from which the system takes ports of outgoing connections, and each
 * is locked against other JVMs of this user by a file until this JVM ends.
 */
final class FreePorts {
  private static final int FIRST = 15_000;
  private static final int LAST = 32_000;

  private FreePorts() {}

  @SuppressWarnings("resource") // the lock is held until this JVM ends
  static int reserve() {
    try {
      Path locks = Files.createDirectories(Folders.cached("ports"));
      for (int attempt = 0; attempt < 1_000; attempt++) {
        int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
        if (!free(port)) {
          continue;
        }
        FileChannel file =
            FileChannel.open(
                locks.resolve(Integer.toString(port)),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        if (locked(file)) {
          return port;
        }
        file.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new TestServerException("no free port found between " + FIRST + " and " + LAST);
  }

  private static boolean locked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // reserved in this JVM
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
