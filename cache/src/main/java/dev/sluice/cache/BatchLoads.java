package dev.sluice.cache;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of several keys. Does not share loads with other threads: what another one is loading is
 * loaded without being filled.
 */
final class BatchLoads<K, V> {
  private static final Logger log = LoggerFactory.getLogger(BatchLoads.class);

  private final CacheConfig<K, V> config;
  private final Counters counters;
  private final Entries<K, V> entries;
  private final Loads<K, V> loads;

  BatchLoads(
      CacheConfig<K, V> config, Counters counters, Entries<K, V> entries, Loads<K, V> loads) {
    this.config = config;
    this.counters = counters;
    this.entries = entries;
    this.loads = loads;
  }

  private record Missed<K>(
      K key, String text, byte[] name, byte @Nullable [] replaces, long token) {}

  private record Granted<K>(Missed<K> missed, Grant grant) {}

  Map<K, V> getAll(Collection<K> keys) {
    Map<K, V> values = new HashMap<>();
    CausalMemory memory = CausalScope.current().memory(config.source());
    Map<K, String> texts = new LinkedHashMap<>();
    List<K> past = new ArrayList<>();
    boolean bypass = !entries.mayBeRead() || memory.isWriting(config.tables().tables());
    for (K key : keys) {
      String text = bypass ? null : config.keys().of(key);
      if (text != null) {
        texts.put(key, text);
      } else if (!past.contains(key)) {
        past.add(key);
      }
    }
    Budget budget = new Budget(config.store(), config.store().readNanos());
    List<Missed<K>> missed = texts.isEmpty() ? List.of() : find(texts, values, memory, budget);
    if (missed == null) {
      past.addAll(texts.keySet());
    } else if (!missed.isEmpty()) {
      counters.misses.add(missed.size());
      past.addAll(underLeases(missed, values, memory, budget));
    }
    if (!past.isEmpty()) {
      counters.bypassed.add(past.size());
      values.putAll(load(past));
    }
    return values;
  }

  /** One round trip for all; null if the server did not answer. */
  private @Nullable List<Missed<K>> find(
      Map<K, String> texts, Map<K, V> values, CausalMemory memory, Budget budget) {
    List<byte @Nullable []> found;
    try {
      found =
          budget.call(
              link -> {
                byte[][] names = new byte[texts.size() + 1][];
                int next = 0;
                for (String text : texts.values()) {
                  names[next++] = config.tables().entry(link.run(), text);
                }
                names[next] = config.tables().table(link.run());
                return link.get(names);
              });
    } catch (StoreException e) {
      log.debug("{}: read failed", config.tables().name(), e);
      counters.misses.add(texts.size());
      return null;
    }
    List<Missed<K>> missed = new ArrayList<>();
    int next = 0;
    for (Map.Entry<K, String> text : texts.entrySet()) {
      byte[] name = entries.name(text.getKey());
      Entries.Hit<V> hit = entries.hit(found.get(next++), found.get(texts.size()), name, memory);
      if (hit.found()) {
        counters.hits.increment();
        put(values, text.getKey(), hit.value());
      } else {
        missed.add(
            new Missed<>(text.getKey(), text.getValue(), name, hit.unreadable(), Calls.random()));
      }
    }
    return missed;
  }

  private void put(Map<K, V> values, K key, @Nullable V value) {
    if (value != null) {
      values.put(key, value);
    }
  }

  /** Leases in one round trip, at most two loads, fills in one round trip; what is left over. */
  private Collection<K> underLeases(
      List<Missed<K>> missed, Map<K, V> values, CausalMemory memory, Budget budget) {
    List<Object> replies;
    try {
      replies =
          budget.call(
              link ->
                  link.run(
                      missed.stream()
                          .map(m -> entries.lease(link.run(), m.text, m.token, m.replaces))
                          .toList()));
      config.tables().meet();
    } catch (StoreException e) {
      log.debug("{}: leases failed", config.tables().name(), e);
      return missed.stream().map(Missed::key).toList();
    }
    List<Granted<K>> granted = new ArrayList<>();
    List<K> primary = new ArrayList<>();
    Grant strictest = null;
    for (int i = 0; i < replies.size(); i++) {
      Missed<K> one = missed.get(i);
      Grant grant = Grant.of((List<?>) replies.get(i), one.token);
      if (grant.answer() == 'V') {
        Entries.Hit<V> hit = entries.hit(grant.value(), grant.table(), one.name, memory);
        if (hit.found()) {
          put(values, one.key, hit.value());
        } else {
          primary.add(one.key);
        }
      } else if (grant.answer() == 'I') {
        primary.add(one.key);
      } else {
        granted.add(new Granted<>(one, grant));
        strictest = strictest == null ? grant : strictest.and(grant);
      }
    }
    if (!granted.isEmpty()) {
      fill(granted, strictest, values, budget);
    }
    if (!primary.isEmpty()) {
      counters.intents.add(primary.size());
      try (CausalScope scope = loads.scope(null)) {
        values.putAll(load(primary));
      }
    }
    return List.of();
  }

  private void fill(
      List<Granted<K>> granted, @Nullable Grant strictest, Map<K, V> values, Budget budget) {
    Map<K, V> loaded;
    boolean general;
    try (CausalScope scope = loads.scope(strictest)) {
      loaded = load(granted.stream().map(g -> g.missed.key).toList());
      general = !scope.memory(config.source()).hasSeenTransaction();
    } catch (RuntimeException | Error e) {
      granted.forEach(this::release);
      throw e;
    }
    values.putAll(loaded);
    if (!general) {
      counters.unfilled.add(granted.size());
      granted.forEach(this::release);
      return;
    }
    try {
      budget.call(
          link -> {
            send(link, granted, loaded);
            return true;
          });
    } catch (StoreException e) {
      log.debug("{}: fills failed", config.tables().name(), e);
      counters.unfilled.add(granted.size());
      granted.forEach(this::release);
    }
  }

  private void send(StoreLink link, List<Granted<K>> granted, Map<K, V> loaded) {
    List<Granted<K>> sent = new ArrayList<>();
    List<ScriptCall> calls = new ArrayList<>();
    for (Granted<K> one : granted) {
      Missed<K> missed = one.missed;
      ScriptCall call =
          one.grant.answer() != 'L'
              ? null
              : entries.fill(
                  link.run(), missed.text, missed.name, one.grant, loaded.get(missed.key));
      if (call == null) {
        counters.unfilled.increment();
        release(one);
      } else {
        sent.add(one);
        calls.add(call);
      }
    }
    if (calls.isEmpty()) {
      return;
    }
    List<Object> answers = link.run(calls);
    for (int i = 0; i < answers.size(); i++) {
      entries.filled(sent.get(i).missed.text, sent.get(i).grant, (Long) answers.get(i));
    }
  }

  private void release(Granted<K> one) {
    if (one.grant.answer() == 'L') {
      entries.release(one.missed.text);
    }
  }

  private Map<K, V> load(List<K> keys) {
    BatchLoader<K, V> batch = config.batchLoader();
    CacheLoader<K, V> single = config.loader();
    try {
      if (batch != null) {
        return batch.load(Set.copyOf(keys));
      }
      Map<K, V> values = new HashMap<>();
      if (single != null) {
        for (K key : keys) {
          put(values, key, single.load(key));
        }
      }
      return values;
    } catch (RuntimeException e) {
      counters.failures.increment();
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      counters.failures.increment();
      throw new CacheLoadException(config.tables().name(), e);
    }
  }
}
