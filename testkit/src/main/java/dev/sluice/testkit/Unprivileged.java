package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Another user for a server that refuses to run as root.
 *
 * @param name part of the name of what is cached for it
 * @param prefix the command that runs a command as that user; empty when this JVM is not root
 * @param owner whom its files must belong to; null to leave them
 */
record Unprivileged(String name, List<String> prefix, @Nullable String owner) {
  private static final String NOBODY = "65534";

  /** The first way that works here and can use both a file of the cache and a new folder. */
  static Unprivileged choose(Path executable) {
    if (!Commands.isRoot()) {
      return new Unprivileged("self", List.of(), null);
    }
    List<Unprivileged> ways =
        List.of(
            new Unprivileged(
                "nobody",
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
                NOBODY),
            new Unprivileged("nobody", List.of("runuser", "-u", "nobody", "--"), NOBODY),
            new Unprivileged(
                "nobody",
                List.of("su", "-s", "/bin/sh", "-c", "exec \"$@\"", "--", "nobody", "sh"),
                NOBODY),
            // A user namespace in which root is somebody else; files stay root's.
            new Unprivileged("namespace", List.of("unshare", "--user"), "0"));
    Path folder = Folders.create("user");
    try {
      for (Unprivileged way : ways) {
        way.own(folder);
        if (way.works(folder, executable)) {
          return way;
        }
      }
    } finally {
      Folders.delete(folder);
    }
    throw new TestServerException(
        "no way found to run "
            + executable.getFileName()
            + " as another user than root (tried setpriv, runuser, su and unshare; "
            + System.getProperty("java.io.tmpdir")
            + " must be open to user nobody)");
  }

  private boolean works(Path folder, Path executable) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            "/bin/sh",
            "-c",
            "test \"$(id -u)\" != 0 && cd \"$1\" && : >probe && \"$2\" --version >/dev/null",
            "probe",
            folder.toString(),
            executable.toString()));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(20, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // the command is not there
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Gives a folder to that user. */
  void own(Path folder) {
    if (owner == null) {
      return;
    }
    try {
      UserPrincipal user =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(owner);
      Files.setOwner(folder, user);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command as that user runs it. */
  List<String> command(String... words) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of(words));
    return command;
  }
}
