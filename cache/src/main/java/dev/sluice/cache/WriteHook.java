package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.Position;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server of each commit. Before: an intent on every entry that it may touch, or the
 * commit is refused. After, before the writer knows: are the intents still there, else the entries
 * are invalidated, so that a server that was restarted, flushed or full in between shows nothing
 * old. Later: the position, as soon as it is known.
 */
final class WriteHook implements CommitListener {
  private static final Logger log = LoggerFactory.getLogger(WriteHook.class);

  /** What could not be told of a commit that long ago is left to the entries' time to live. */
  private static final Duration USEFUL = Duration.ofMinutes(10);

  private final CacheStore store;
  private final CausalSource source;
  private final CopyOnWriteArrayList<CacheTables> caches = new CopyOnWriteArrayList<>();
  private final Map<Long, List<Touch>> pending = new ConcurrentHashMap<>();
  private volatile Calls calls;
  final Timelines timelines;

  /** Entries of one cache; no keys: its table entry. */
  private record Touch(CacheTables cache, Set<String> keys) {}

  WriteHook(CacheStore store, CausalSource source, Calls calls) {
    this.calls = calls;
    this.store = store;
    this.source = source;
    this.timelines = new Timelines(source);
  }

  /** The times are the longest of all caches: longer is always right. */
  synchronized void add(CacheTables cache, Calls times) {
    calls =
        new Calls(
            times.lease(),
            longer(calls.intent(), times.intent()),
            longer(calls.floor(), times.floor()));
    caches.add(cache);
  }

  private static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  boolean remove(CacheTables cache) {
    caches.remove(cache);
    return caches.isEmpty();
  }

  @Override
  public void beforeCommit(PendingCommit commit) throws SQLTransientException {
    List<Touch> touched = touched(commit);
    if (touched.isEmpty()) {
      return;
    }
    pending.put(commit.id(), touched);
    try {
      send(pre(touched, commit.id()));
    } catch (StoreException e) {
      pending.remove(commit.id());
      later(aborted(touched, commit.id()));
      throw new SQLTransientException(
          source.name() + ": commit refused, the cache could not be told of it", "08S01", e);
    }
  }

  private List<Touch> touched(PendingCommit commit) {
    List<Touch> touched = new ArrayList<>(2);
    for (CacheTables cache : caches) {
      Set<String> keys = cache.touchedBy(commit.writes());
      if (keys != null) {
        (keys.isEmpty() ? cache.tableWrites : cache.keyWrites).increment();
        touched.add(new Touch(cache, keys));
      }
    }
    return touched;
  }

  /** A link that broke since it was last used is no reason to refuse: one more try. */
  private void send(Function<String, List<ScriptCall>> letter) {
    Duration timeout = store.config().writeTimeout();
    long end = System.nanoTime() + timeout.toNanos();
    try {
      store.call(timeout, link -> link.run(letter.apply(link.run())));
    } catch (StoreException e) {
      long left = end - System.nanoTime();
      if (left < timeout.toNanos() / 2 || !store.available()) {
        throw e;
      }
      store.call(Duration.ofNanos(left), link -> link.run(letter.apply(link.run())));
    }
  }

  private void later(Function<String, List<ScriptCall>> letter) {
    store.mailbox().post(USEFUL, letter);
  }

  @Override
  public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
    List<Touch> touched = pending.remove(commit.id());
    if (touched == null) {
      return;
    }
    long tx = commit.id();
    switch (outcome) {
      case ROLLED_BACK -> later(aborted(touched, tx));
      case UNKNOWN -> {
        // It may yet commit: intents that the server has lost meanwhile are put back.
        try {
          send(pre(touched, tx));
        } catch (StoreException e) {
          log.warn("{}: outcome of a commit unknown, and the cache not reached", source.name(), e);
          later(pre(touched, tx));
        }
      }
      case COMMITTED -> committed(commit, touched);
    }
  }

  private void committed(PendingCommit commit, List<Touch> touched) {
    long tx = commit.id();
    CompletableFuture<Position> position = commit.position().toCompletableFuture();
    if (position.isDone() && !position.isCompletedExceptionally()) {
      Position known = position.join();
      timelines.learn(known);
      now(posted(touched, tx, known), touched, tx);
      return;
    }
    now(each(touched, (key, table) -> calls.confirm(key, table, tx)), touched, tx);
    var unused =
        position.whenComplete(
            (known, failure) -> {
              if (known != null) {
                timelines.learn(known);
              }
              later(posted(touched, tx, known));
            });
  }

  private void now(Function<String, List<ScriptCall>> letter, List<Touch> touched, long tx) {
    try {
      send(letter);
    } catch (StoreException e) {
      log.warn("{}: a commit could not be confirmed to the cache now", source.name(), e);
      later(posted(touched, tx, null));
    }
  }

  private Function<String, List<ScriptCall>> pre(List<Touch> touched, long tx) {
    return each(touched, (key, table) -> calls.pre(key, tx));
  }

  private Function<String, List<ScriptCall>> aborted(List<Touch> touched, long tx) {
    return each(touched, (key, table) -> calls.aborted(key, table, tx));
  }

  private Function<String, List<ScriptCall>> posted(
      List<Touch> touched, long tx, @Nullable Position position) {
    return each(touched, (key, table) -> calls.committed(key, table, tx, position));
  }

  private static Function<String, List<ScriptCall>> each(
      List<Touch> touched, BiFunction<byte[], Boolean, ScriptCall> call) {
    return run -> {
      List<ScriptCall> all = new ArrayList<>();
      for (Touch touch : touched) {
        if (touch.keys.isEmpty()) {
          all.add(call.apply(touch.cache.table(run), true));
        }
        for (String key : touch.keys) {
          all.add(call.apply(touch.cache.entry(run, key), false));
        }
      }
      return all;
    };
  }
}
