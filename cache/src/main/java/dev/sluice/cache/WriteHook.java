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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the server of each commit. Before: an intent on every entry that it may touch, or the
 * commit is refused. After, before the writer knows: are the intents still there, else the entries
 * are invalidated, so that a server that was restarted, flushed or full in between shows nothing
 * old. Later: the position, as soon as it is known.
 *
 * <p>When the server cannot be told after the commit, the writer is told of its commit all the
 * same, and what {@link Untold} counts is not read from the cache by this process until the server
 * was told. Other processes are safe by the intents; and if the server loses all its memory, by the
 * time for which it fills nothing then.
 */
final class WriteHook implements CommitListener {
  private static final Logger log = LoggerFactory.getLogger(WriteHook.class);

  /** What could not be told of a commit that long ago is left to the entries' time to live. */
  private static final Duration USEFUL = Duration.ofMinutes(10);

  private static final long PAUSE_NANOS = 10_000_000;

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

  /** Two caches of one name on one server are one cache, so they must be of one kind. */
  void refuseToShare(CacheTables cache, boolean sameSource) {
    for (CacheTables other : caches) {
      if (!other.place().equals(cache.place())) {
        continue;
      }
      if (!sameSource) {
        throw new IllegalArgumentException(
            "source: another source of the name "
                + source.name()
                + " has a cache "
                + cache.name()
                + " on this store, so each would read the other's entries");
      }
      String option = cache.differsFrom(other);
      if (option != null) {
        throw new IllegalArgumentException(
            option + ": not as of the cache " + cache.name() + " that the source has already");
      }
    }
  }

  /** The times of the protocol, the longest of all caches of the source. */
  Calls calls() {
    return calls;
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
      announce(pre(touched, commit.id()));
      met(touched);
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

  private static void met(List<Touch> touched) {
    for (Touch touch : touched) {
      if (touch.keys.isEmpty()) {
        touch.cache.meet();
      }
    }
  }

  /** A link that broke since it was last used is no reason to refuse: one more try. */
  private void announce(Function<String, List<ScriptCall>> letter) {
    long deadline = store.writeDeadline();
    try {
      send(deadline, letter);
    } catch (StoreException e) {
      if (e.isRefusal()) {
        throw e;
      }
      send(deadline, letter);
    }
  }

  private void send(long deadline, Function<String, List<ScriptCall>> letter) {
    store.insist(deadline, link -> link.run(letter.apply(link.run())));
  }

  /** After a commit it is worth the whole time. */
  private void persist(Function<String, List<ScriptCall>> letter) {
    long deadline = store.writeDeadline();
    while (true) {
      try {
        send(deadline, letter);
        return;
      } catch (StoreException e) {
        if (deadline - System.nanoTime() < PAUSE_NANOS || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LockSupport.parkNanos(this, PAUSE_NANOS);
      }
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
          persist(pre(touched, tx));
        } catch (StoreException e) {
          log.warn("{}: outcome of a commit unknown, and the cache not reached", source.name(), e);
          owe(touched, target -> calls.pre(target, tx));
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
      now(posted(touched, tx, known), touched, tx, known);
      return;
    }
    now(each(touched, target -> calls.confirm(target, tx)), touched, tx, null);
    var unused =
        position.whenComplete(
            (known, failure) -> {
              if (known != null) {
                timelines.learn(known);
              }
              later(posted(touched, tx, known));
            });
  }

  private void now(
      Function<String, List<ScriptCall>> letter,
      List<Touch> touched,
      long tx,
      @Nullable Position position) {
    try {
      persist(letter);
    } catch (StoreException e) {
      log.warn(
          "{}: a commit could not be confirmed to the cache now; until it is, reads bypass it",
          source.name(),
          e);
      owe(touched, target -> calls.committed(target, tx, position));
    }
  }

  /** What must be told, and until then keeps this process from reading the caches. */
  private void owe(List<Touch> touched, Function<Calls.Target, ScriptCall> call) {
    for (Touch touch : touched) {
      Touch all = new Touch(touch.cache, Set.of());
      long tx = Calls.random();
      store
          .mailbox()
          .owe(
              touch.cache.untold,
              each(List.of(touch), call),
              each(List.of(all), target -> calls.committed(target, tx, null)));
    }
  }

  private Function<String, List<ScriptCall>> pre(List<Touch> touched, long tx) {
    return each(touched, target -> calls.pre(target, tx));
  }

  private Function<String, List<ScriptCall>> aborted(List<Touch> touched, long tx) {
    return each(touched, target -> calls.aborted(target, tx));
  }

  private Function<String, List<ScriptCall>> posted(
      List<Touch> touched, long tx, @Nullable Position position) {
    return each(touched, target -> calls.committed(target, tx, position));
  }

  private static Function<String, List<ScriptCall>> each(
      List<Touch> touched, Function<Calls.Target, ScriptCall> call) {
    return run -> {
      List<ScriptCall> all = new ArrayList<>();
      for (Touch touch : touched) {
        if (touch.keys.isEmpty()) {
          all.add(call.apply(touch.cache.target(run)));
        }
        for (String key : touch.keys) {
          all.add(call.apply(Calls.Target.entry(touch.cache.entry(run, key))));
        }
      }
      return all;
    };
  }
}
