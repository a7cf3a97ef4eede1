package dev.sluice.causality;

import java.lang.ref.WeakReference;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one caller has written to and seen of one {@link CausalSource}. The tiers write it and ask
 * it; users see it only through {@link CausalScope#token}. Safe for use by several threads, without
 * locks: an immutable state behind one reference. Only grows.
 *
 * <p>Three kinds of knowledge. <em>Writes</em>: of tables, with the epoch at which they were
 * acknowledged and, where the server told it, their exact position. <em>Readings</em>: the last
 * node that answered and the epoch of that moment: the same node may answer again, since a node
 * never goes back (one that does gets a new identity), any other one must have reached that epoch.
 * Readings are not kept by table, since what one table shows may refer to another.
 * <em>Positions</em> that came from elsewhere: a token, a cache entry.
 */
public final class CausalMemory {
  private static final int MOST_TABLES = 32;
  private static final List<String> ANY = List.of(TableWrite.ANY_TABLE);
  private static final State EMPTY = new State(Need.NONE, Map.of(), null, 0);

  private static final AtomicReferenceFieldUpdater<CausalMemory, State> STATE =
      AtomicReferenceFieldUpdater.newUpdater(CausalMemory.class, State.class, "state");
  private static final AtomicReferenceFieldUpdater<CausalMemory, @Nullable OpenWrites> OPEN =
      AtomicReferenceFieldUpdater.newUpdater(CausalMemory.class, OpenWrites.class, "open");

  private volatile State state = EMPTY;

  /** Tables that open transactions have written; kept by the outermost only. */
  private volatile @Nullable OpenWrites open;

  private volatile boolean transactionSeen;

  /** Threads live longer than sources, so no memory keeps one alive, nor a node of it. */
  private final WeakReference<CausalSource> source;

  private final String sourceName;
  private final @Nullable CausalMemory outer;

  CausalMemory(CausalSource source, @Nullable CausalMemory outer) {
    this.source = new WeakReference<>(source);
    this.sourceName = source.name();
    this.outer = outer;
  }

  boolean isOf(CausalSource other) {
    return source.refersTo(other);
  }

  /** Whether nobody has the source any more. */
  boolean abandoned() {
    return source.refersTo(null);
  }

  @Nullable CausalSource source() {
    return source.get();
  }

  String sourceName() {
    return sourceName;
  }

  /** The present epoch; one that is never reached where nobody can ask any more. */
  private long presentEpoch() {
    CausalSource known = source.get();
    return known == null ? Long.MAX_VALUE : known.epoch();
  }

  /**
   * Remembers a write that the primary has acknowledged.
   *
   * @param tables the tables written; empty, or containing {@link TableWrite#ANY_TABLE}, means any
   * @param epoch the source's epoch after the acknowledgement
   * @param position the exact position, where known
   */
  public void wrote(Collection<String> tables, long epoch, @Nullable Position position) {
    if (!remembers(state, tables, epoch, position)) {
      add(tables, new Need(epoch, position, null));
    }
    if (outer != null) {
      outer.wrote(tables, epoch, position);
    }
  }

  /**
   * Whether a write adds nothing to a state: the same tables were written before within the same
   * sample of the primary, as most writes of a busy caller are. Asked first because a state that
   * differs has to be made.
   */
  private static boolean remembers(
      State s, Collection<String> tables, long epoch, @Nullable Position position) {
    if (tables.isEmpty() || tables.contains(TableWrite.ANY_TABLE)) {
      return s.wide.containsWrite(epoch, position);
    }
    if (tables instanceof List<String> list && list.size() == 1) {
      return remembers(s, list.get(0), epoch, position);
    }
    for (String table : tables) {
      if (!remembers(s, table, epoch, position)) {
        return false;
      }
    }
    return true;
  }

  private static boolean remembers(State s, String table, long epoch, @Nullable Position position) {
    Need known = s.tables.get(table);
    return known != null && known.containsWrite(epoch, position);
  }

  /**
   * Remembers that a node has answered, where nothing is known about how far the node is. See the
   * other method.
   *
   * @param node identity of the node, compared by {@code ==}
   * @param epoch the source's epoch after the answer
   */
  public void saw(Object node, long epoch) {
    saw(node, epoch, 0);
  }

  /**
   * Remembers that a node has answered. The node may answer again before it has reached {@code
   * epoch} if it is the one that answered last, or has by now everything that the others had shown
   * before. Two threads of one scope may have asked two nodes at once, and a read that asked for
   * less ({@link Freshness.Eventual}) may have come from a node that is behind: then no node is
   * preferred until one has reached {@code epoch}.
   *
   * @param node identity of the node, compared by {@code ==}
   * @param epoch the source's epoch after the answer
   * @param reachedEpoch the highest sample of the primary that the node is known to have reached
   *     after the answer; {@link Long#MAX_VALUE} for the primary
   */
  public void saw(Object node, long epoch, long reachedEpoch) {
    State now = state;
    if (now.seen < epoch || !now.prefers(node)) {
      STATE.updateAndGet(this, s -> after(s, node, epoch, reachedEpoch));
    }
    if (outer != null) {
      outer.saw(node, epoch, reachedEpoch);
    }
  }

  private static State after(State s, Object node, long epoch, long reachedEpoch) {
    long seen = Math.max(s.seen, epoch);
    WeakReference<Object> preferred =
        s.prefers(node) ? s.node : reachedEpoch >= s.seen ? new WeakReference<>(node) : null;
    return preferred == s.node && seen == s.seen ? s : new State(s.wide, s.tables, preferred, seen);
  }

  /**
   * Remembers that a tier has answered with something as new as a position. Costs no allocation
   * where as much is known already.
   *
   * @param position what the answer may show the effects of, of any table
   */
  public void saw(Position position) {
    Position known = state.wide.also;
    if (known == null || !known.includes(position)) {
      require(List.of(), position);
    }
    if (outer != null) {
      outer.saw(position);
    }
  }

  /**
   * Remembers that a transaction that is still open has written. While it is, a tier must not
   * answer reads of these tables from elsewhere. To be taken back by {@link #settled}.
   *
   * @param tables the tables written; empty, or containing {@link TableWrite#ANY_TABLE}, means any
   */
  public void writing(Collection<String> tables) {
    CausalMemory root = root();
    List<String> names = names(tables);
    OpenWrites before;
    do {
      before = root.open;
    } while (!OPEN.compareAndSet(root, before, new OpenWrites(names, before)));
  }

  /**
   * Takes back one {@link #writing}, once its transaction has ended and, if it is committed, after
   * {@link #wrote}.
   *
   * @param tables the same tables
   */
  public void settled(Collection<String> tables) {
    CausalMemory root = root();
    List<String> names = names(tables);
    OpenWrites before;
    do {
      before = root.open;
    } while (!OPEN.compareAndSet(root, before, OpenWrites.without(before, names)));
  }

  private static List<String> names(Collection<String> tables) {
    return tables.isEmpty() ? ANY : List.copyOf(tables);
  }

  /**
   * Whether an open transaction of this caller has written to one of some tables.
   *
   * @param tables the tables; empty means any
   * @return true from {@link #writing} to {@link #settled}
   */
  public boolean isWriting(Collection<String> tables) {
    for (OpenWrites each = root().open; each != null; each = each.others) {
      if (each.include(tables)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Remembers that a read was answered inside a transaction that began before the current scope was
   * opened, so from a snapshot that may be older than this memory asks for, or with changes that
   * are not committed.
   */
  public void sawTransaction() {
    transactionSeen = true;
    if (outer != null) {
      outer.sawTransaction();
    }
  }

  /**
   * Whether {@link #sawTransaction} was called on this memory or one within it: what was read must
   * not be handed to other callers.
   *
   * @return true if it was
   */
  public boolean hasSeenTransaction() {
    return transactionSeen;
  }

  private CausalMemory root() {
    CausalMemory root = this;
    while (root.outer != null) {
      root = root.outer;
    }
    return root;
  }

  /**
   * Asks for a position that came from elsewhere.
   *
   * @param tables the tables it speaks of; empty, or containing {@link TableWrite#ANY_TABLE}, means
   *     any
   * @param position the position
   */
  public void require(Collection<String> tables, Position position) {
    add(tables, new Need(0, null, position));
  }

  /**
   * Whether nothing is asked for yet, the fast path of a reader.
   *
   * @return true if any node may answer
   */
  public boolean isEmpty() {
    return state == EMPTY && (outer == null || outer.isEmpty());
  }

  /**
   * Whether a node may answer a read of some tables.
   *
   * @param node identity of the node
   * @param tables the tables; empty means not known: everything counts
   * @param reachedEpoch the highest sample of the primary that the node is known to have reached
   * @param reached a lower bound of the node's position; null if nothing is known
   * @return true if the node has everything that this caller has written to those tables or has
   *     seen
   */
  public boolean admits(
      Object node, Collection<String> tables, long reachedEpoch, @Nullable Position reached) {
    State s = state;
    if (s != EMPTY) {
      if (s.seen > reachedEpoch && !s.prefers(node)) {
        return false;
      }
      if (!s.wide.metBy(reachedEpoch, reached)) {
        return false;
      }
      if (!s.tables.isEmpty() && !tablesMet(s, tables, reachedEpoch, reached)) {
        return false;
      }
    }
    return outer == null || outer.admits(node, tables, reachedEpoch, reached);
  }

  private static boolean tablesMet(
      State s, Collection<String> tables, long reachedEpoch, @Nullable Position reached) {
    if (tables.isEmpty()) {
      for (Need need : s.tables.values()) {
        if (!need.metBy(reachedEpoch, reached)) {
          return false;
        }
      }
      return true;
    }
    for (String table : tables) {
      Need need = s.tables.get(table);
      if (need != null && !need.metBy(reachedEpoch, reached)) {
        return false;
      }
    }
    return true;
  }

  /**
   * What is asked for of each table, for a token.
   *
   * @return needs by table; {@link TableWrite#ANY_TABLE} for what counts for all
   */
  Map<String, Need> needs() {
    State s = state;
    Map<String, Need> all = new HashMap<>(outer == null ? Map.of() : outer.needs());
    s.tables.forEach((table, need) -> all.merge(table, need, this::both));
    Need wide = s.seen == 0 ? s.wide : both(s.wide, new Need(s.seen, null, null));
    if (wide != Need.NONE) {
      all.merge(TableWrite.ANY_TABLE, wide, this::both);
    }
    return all;
  }

  /**
   * What is asked of a node that is to answer a read of some tables, for people.
   *
   * @param tables the tables; empty means not known: everything counts
   * @return the sample and the positions that must be reached, or {@code nothing}
   */
  public String demand(Collection<String> tables) {
    Need all = Need.NONE;
    for (Map.Entry<String, Need> each : needs().entrySet()) {
      boolean counts =
          tables.isEmpty()
              || tables.contains(each.getKey())
              || each.getKey().equals(TableWrite.ANY_TABLE);
      all = counts ? both(all, each.getValue()) : all;
    }
    String sample = all.epoch == 0 ? "" : "sample " + all.epoch + " of the primary";
    String instead = all.instead == null ? "" : " or position " + all.instead;
    String also = all.also == null ? "" : "position " + all.also;
    String between = sample.isEmpty() || also.isEmpty() ? "" : " and ";
    return all.equals(Need.NONE) ? "nothing" : sample + instead + between + also;
  }

  /**
   * Called by a source that no longer follows the timeline of some positions asked for, because of
   * a failover: what survived of that timeline is on the primary now, so the present epoch takes
   * their place.
   *
   * @param timeline the timeline that the source follows
   */
  public void rebase(String timeline) {
    rebase(position -> !position.timeline().equals(timeline));
  }

  /**
   * Called by a source that has proof that some positions asked for belong to the past of the
   * timeline that it follows now. What survived of them is on the primary, so the present epoch
   * takes their place.
   *
   * @param past whether a position is of the past; false for one of which nothing is known
   */
  public void rebase(Predicate<Position> past) {
    if (state.anyPosition(past)) {
      STATE.updateAndGet(this, s -> s.map(need -> rebased(need, past)));
    }
    if (outer != null) {
      outer.rebase(past);
    }
  }

  private Need rebased(Need need, Predicate<Position> past) {
    Position instead = need.instead != null && past.test(need.instead) ? null : need.instead;
    return need.also != null && past.test(need.also)
        ? new Need(Math.max(need.epoch, presentEpoch()), null, null)
        : new Need(need.epoch, instead, need.also);
  }

  private void add(Collection<String> tables, Need need) {
    STATE.updateAndGet(this, s -> plus(s, tables.isEmpty() ? ANY : tables, need));
  }

  private State plus(State s, Collection<String> names, Need need) {
    if (names.contains(TableWrite.ANY_TABLE)) {
      return new State(both(s.wide, need), s.tables, s.node, s.seen);
    }
    Map<String, Need> more = new HashMap<>(s.tables);
    for (String name : names) {
      more.merge(name, need, this::both);
    }
    if (more.size() <= MOST_TABLES) {
      return new State(s.wide, more, s.node, s.seen);
    }
    Need all = s.wide;
    for (Need each : more.values()) {
      all = both(all, each);
    }
    return new State(all, Map.of(), s.node, s.seen);
  }

  /** A need that is met only where both are. */
  Need both(Need a, Need b) {
    long epoch = Math.max(a.epoch, b.epoch);
    Position also = a.also == null ? b.also : a.also;
    if (a.also != null && b.also != null) {
      if (!a.also.timeline().equals(b.also.timeline())) {
        // A failover lies between them, and which came first cannot be told: all of it is on the
        // primary now.
        return new Need(Math.max(epoch, presentEpoch()), null, null);
      }
      also = a.also.includes(b.also) ? a.also : b.also;
    }
    return new Need(epoch, exact(a, b), also);
  }

  /**
   * The position that stands for the epochs of both; none unless each is known and they can be
   * compared.
   */
  private static @Nullable Position exact(Need a, Need b) {
    if (a.epoch == 0 || b.epoch == 0) {
      return a.epoch == 0 ? b.instead : a.instead;
    }
    if (a.instead == null
        || b.instead == null
        || !a.instead.timeline().equals(b.instead.timeline())) {
      return null;
    }
    return a.instead.includes(b.instead) ? a.instead : b.instead;
  }

  /**
   * A lower bound: a sample of the primary or, if known, the exact position that stands for it; and
   * a position from elsewhere.
   *
   * @param epoch sample that must be reached; 0 for none
   * @param instead reaching this position does as well as reaching the epoch
   * @param also position that must be reached too
   */
  record Need(long epoch, @Nullable Position instead, @Nullable Position also) {
    static final Need NONE = new Need(0, null, null);

    boolean anyPosition(Predicate<Position> test) {
      return (instead != null && test.test(instead)) || (also != null && test.test(also));
    }

    /** Whether both this and a write's need are this: at least its epoch, and no nearer way. */
    boolean containsWrite(long writeEpoch, @Nullable Position writePosition) {
      if (writeEpoch <= 0 || epoch < writeEpoch) {
        return false;
      }
      return instead == null || (writePosition != null && instead.includes(writePosition));
    }

    boolean metBy(long reachedEpoch, @Nullable Position reached) {
      if (epoch > reachedEpoch
          && (instead == null || reached == null || !reached.includes(instead))) {
        return false;
      }
      return also == null || (reached != null && reached.includes(also));
    }
  }

  private record State(
      Need wide, Map<String, Need> tables, @Nullable WeakReference<Object> node, long seen) {
    boolean prefers(Object other) {
      return node != null && node.refersTo(other);
    }

    boolean anyPosition(Predicate<Position> test) {
      if (wide.anyPosition(test)) {
        return true;
      }
      for (Need need : tables.values()) {
        if (need.anyPosition(test)) {
          return true;
        }
      }
      return false;
    }

    State map(UnaryOperator<Need> change) {
      Map<String, Need> changed = new HashMap<>(tables);
      changed.replaceAll((table, need) -> change.apply(need));
      return new State(change.apply(wide), changed, node, seen);
    }
  }

  /** One {@link #writing} that is not taken back yet, and the others. */
  private record OpenWrites(List<String> names, @Nullable OpenWrites others) {
    /** Without the last one of these names; the same if there is none. */
    static @Nullable OpenWrites without(@Nullable OpenWrites all, List<String> names) {
      OpenWrites found = all;
      while (found != null && !found.names.equals(names)) {
        found = found.others;
      }
      if (found == null) {
        return all;
      }
      OpenWrites left = found.others;
      for (OpenWrites each = all; each != found && each != null; each = each.others) {
        left = new OpenWrites(each.names, left);
      }
      return left;
    }

    boolean include(Collection<String> tables) {
      if (tables.isEmpty() || names.contains(TableWrite.ANY_TABLE)) {
        return true;
      }
      for (String table : tables) {
        if (names.contains(table)) {
          return true;
        }
      }
      return false;
    }
  }
}
