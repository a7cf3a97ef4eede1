package dev.sluice.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one run of a server. A server that was restarted or replaced is another run,
 * reached by other links: what it may have kept from before is never read, since the run is part of
 * every key. Not thread-safe: one caller at a time. After a {@link StoreException} that is no
 * {@link StoreException#isRefusal refusal} the link is closed and not used again.
 */
public interface StoreLink extends AutoCloseable {
  /**
   * The server's run.
   *
   * @return a name of letters and digits, different for each start of a server
   */
  String run();

  /**
   * Sets the moment at which calls end, answered or not, however slowly bytes go and come.
   *
   * @param nanoTime a reading of {@link System#nanoTime()}
   */
  void deadline(long nanoTime);

  /**
   * Reads keys in one round trip, without a script.
   *
   * @param keys the keys
   * @return a value or null for each
   * @throws StoreException if the server did not answer in time, or refused
   */
  List<byte @Nullable []> get(byte[]... keys);

  /**
   * Runs scripts in one round trip, each atomic.
   *
   * @param calls the calls
   * @return for each: a {@link Long}, or a list of byte arrays
   * @throws StoreException if the server did not answer in time, or refused one of them
   */
  List<Object> run(List<ScriptCall> calls);

  @Override
  void close();
}
