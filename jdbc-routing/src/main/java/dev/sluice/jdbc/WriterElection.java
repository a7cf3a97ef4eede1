package dev.sluice.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * Which node is the primary: the protocol, without clock, threads and servers.
 *
 * Nobody is elected here: whoever runs the servers promotes one, and this finds out which. All nodes
 * are asked; each is silent, a reader (it refuses writes) or a writer (it takes them). The process
 * uses one writer at a time, the one that the reign names.
 *
 *   E1  While the writer of the reign takes writes it stays, unless another writer has all that it has
 *       and has gone on by itself, or the replicas already follow that one's timeline.
 *   E2  A writer that is not the reign's takes over only if it was promoted: on PostgreSQL its timeline
 *       is newer than the one that is known; elsewhere it was seen to refuse writes and does not any
 *       more, by the same connection, or it follows nobody. One that took writes beside the writer
 *       without writing anything itself (a replica without read_only) was not promoted.
 *   E3  Who was replaced is deposed, until it has something that was written after that: it has followed
 *       its successor then. So an old primary that comes back and takes writes is not used.
 *   E4  Nobody takes over whose timeline is older than one that any node knows.
 *       Nor is one that follows, was never seen to refuse writes, and has something of its own: somebody
 *       wrote to a replica by mistake, which is no reason to stop.
 *   E5  Two writers of which neither has all that the other has, and neither is deposed: none. Writes
 *       are refused until one of them is gone or gives in, since what is written to either may be
 *       thrown away.
 *   E6  Before the process knows anything, a node takes over only if it follows nobody and has all that
 *       the others have that answer.
 *
 * What MySQL and MariaDB do not tell: which of two histories is the newer one. A process that starts when
 * only an old primary answers, and takes writes, uses it, as its configuration says.
 */
final class WriterElection {
  private WriterElection() {}

  /**
   * What one node has answered.
   *
   * @param standing null for silent
   * @param unbroken whether it answered by the connection that it had answered by before
   */
  record Claim(String node, @Nullable Standing standing, boolean unbroken) {
    boolean writes() {
      return standing != null && standing.writable();
    }

    boolean reads() {
      return standing != null && !standing.writable();
    }

    Standing known() {
      if (standing == null) {
        throw new IllegalStateException(node + " is silent");
      }
      return standing;
    }
  }

  /**
   * What the process knows. Immutable.
   *
   * @param writer the node that is used
   * @param known what it said last as a writer; null if it never did
   * @param adopted what it said first as a writer
   * @param deposed nodes that were replaced and have not followed since
   * @param readers nodes that refused writes at some time of this reign
   * @param broken nodes whose connection broke between that and their taking writes
   * @param bystanders nodes that took writes beside the writer, and wrote nothing
   */
  record Reign(
      String writer,
      @Nullable Standing known,
      @Nullable Standing adopted,
      Set<String> deposed,
      Set<String> readers,
      Set<String> broken,
      Set<String> bystanders) {
    Reign {
      deposed = Set.copyOf(deposed);
      readers = Set.copyOf(readers);
      broken = Set.copyOf(broken);
      bystanders = Set.copyOf(bystanders);
    }

    private Reign with(@Nullable Standing nowKnown, @Nullable Standing first, Set<String> besides) {
      return new Reign(writer, nowKnown, first, deposed, readers, broken, besides);
    }

    static Reign configured(String primary) {
      return new Reign(primary, null, null, Set.of(), Set.of(), Set.of(), Set.of());
    }
  }

  /** What follows from one round of answers. */
  enum Kind {
    /** The writer of the reign takes writes. */
    STAYS,
    /** It does not, and nobody else may. */
    VACANT,
    /** Another node is the writer now. */
    CHANGED,
    /** Two claim to be, or one that cannot be believed; none is to be used. */
    CONTESTED
  }

  /**
   * The outcome of a round.
   *
   * @param reign what is known afterwards
   * @param reason for people: why it is vacant or contested, what has changed
   */
  record Outcome(Kind kind, Reign reign, String reason) {}

  static Outcome decide(Reign before, List<Claim> claims) {
    Reign reign = learn(before, claims);
    Claim current =
        claims.stream().filter(c -> c.node.equals(reign.writer)).findFirst().orElse(null);
    if (current == null || !current.writes()) {
      return succession(reign, current, claims);
    }
    return wentBack(reign, current.known())
        ? new Outcome(
            Kind.CONTESTED, reign, current.node + " has gone back to a timeline before its own")
        : contest(reign, current, claims);
  }

  /** A primary that was restored to an older timeline is not the one that was known. */
  private static boolean wentBack(Reign reign, Standing now) {
    return reign.known != null
        && now.database().equals(reign.known.database())
        && now.branch() < reign.known.branch();
  }

  private static Reign learn(Reign reign, List<Claim> claims) {
    Set<String> readers = new HashSet<>(reign.readers);
    Set<String> deposed = new HashSet<>(reign.deposed);
    Set<String> broken = new HashSet<>(reign.broken);
    Set<String> bystanders = new HashSet<>(reign.bystanders);
    for (Claim each : claims) {
      if (reign.adopted != null && each.standing != null && each.standing.followed(reign.adopted)) {
        deposed.remove(each.node);
      }
      if (each.reads()) {
        readers.add(each.node);
        broken.remove(each.node);
        bystanders.remove(each.node);
      } else if (each.writes() && !each.unbroken) {
        broken.add(each.node);
      }
    }
    return new Reign(
        reign.writer, reign.known, reign.adopted, deposed, readers, broken, bystanders);
  }

  /** The writer takes writes: does anybody else, and who is right? */
  private static Outcome contest(Reign reign, Claim current, List<Claim> claims) {
    List<Claim> rivals = new ArrayList<>();
    Set<String> bystanders = new HashSet<>(reign.bystanders);
    boolean superseded = true;
    for (Claim each : claims) {
      if (each == current || !each.writes()) {
        continue;
      }
      Lineage lineage = each.known().to(current.known());
      if (alwaysOpen(reign, each, current)) {
        bystanders.add(each.node);
        continue;
      }
      if (lineage != Lineage.NEWER && reign.deposed.contains(each.node)) {
        continue;
      }
      if (lineage == Lineage.LATER || lineage == Lineage.NEWER || lineage == Lineage.DIVERGED) {
        rivals.add(each);
        superseded &=
            lineage == Lineage.NEWER
                ? newerIsKnown(current.known(), each, claims)
                : lineage == Lineage.LATER
                    && each.known().wroteSince(current.known())
                    && promoted(reign, each);
      }
      if (lineage != Lineage.SAME && !each.known().wroteSince(current.known())) {
        bystanders.add(each.node);
      }
    }
    Reign seen = reign.with(reign.known, reign.adopted, bystanders);
    if (!rivals.isEmpty()) {
      Claim best = superseded ? best(rivals) : null;
      return best == null ? contested(seen, current, rivals) : changed(seen, best, claims);
    }
    Standing now = current.known();
    return new Outcome(
        Kind.STAYS,
        seen.with(now, reign.adopted == null ? now : reign.adopted, bystanders),
        "takes writes");
  }

  /** A replica that takes writes by mistake: it follows, and was never seen to refuse them. */
  private static boolean alwaysOpen(Reign reign, Claim claim, Claim current) {
    return claim.known().following() == Standing.Following.YES
        && current.known().following() != Standing.Following.YES
        && !reign.readers.contains(claim.node);
  }

  /** Whether somebody else than the newer one itself already follows a newer timeline. */
  private static boolean newerIsKnown(Standing old, Claim newer, List<Claim> claims) {
    return claims.stream()
        .anyMatch(c -> c != newer && c.reads() && c.known().to(old) == Lineage.NEWER);
  }

  /** The writer is silent, or refuses writes. */
  private static Outcome succession(Reign reign, @Nullable Claim current, List<Claim> claims) {
    List<Claim> eligible = new ArrayList<>();
    for (Claim each : claims) {
      if (each != current && each.writes() && eligible(reign, each, claims)) {
        eligible.add(each);
      }
    }
    if (eligible.isEmpty()) {
      return new Outcome(Kind.VACANT, reign, vacancy(reign, claims));
    }
    Claim best = best(eligible);
    return best == null ? contested(reign, null, eligible) : changed(reign, best, claims);
  }

  private static boolean eligible(Reign reign, Claim claim, List<Claim> claims) {
    Standing standing = claim.known();
    if (claims.stream()
        .anyMatch(c -> c.standing != null && c.standing.to(standing) == Lineage.NEWER)) {
      return false;
    }
    Standing known = reign.known;
    Lineage lineage = known == null ? null : standing.to(known);
    if (lineage == Lineage.SAME) {
      return true;
    }
    if (!standing.database().isEmpty()) {
      return known == null || lineage == Lineage.NEWER;
    }
    if (reign.deposed.contains(claim.node)) {
      return false;
    }
    if (reign.bystanders.contains(claim.node) && (known == null || !standing.wroteSince(known))) {
      return false;
    }
    return known == null
        ? hasAll(claim, claims)
            && (promoted(reign, claim) || standing.following() == Standing.Following.NO)
        : promoted(reign, claim);
  }

  /** Whether it was seen to refuse writes before, and has not merely forgotten to. */
  private static boolean promoted(Reign reign, Claim claim) {
    return reign.readers.contains(claim.node)
        && (!reign.broken.contains(claim.node)
            || claim.known().following() == Standing.Following.NO);
  }

  private static boolean hasAll(Claim claim, List<Claim> claims) {
    return claims.stream()
        .filter(c -> c != claim && c.standing != null)
        .map(c -> c.known().to(claim.known()))
        .noneMatch(l -> l == Lineage.LATER || l == Lineage.DIVERGED);
  }

  /** The one that has all that the others have; null if there is none. */
  private static @Nullable Claim best(List<Claim> writers) {
    for (Claim each : writers) {
      boolean best = true;
      for (Claim other : writers) {
        Lineage lineage = other == each ? Lineage.SAME : each.known().to(other.known());
        best &= lineage == Lineage.SAME || lineage == Lineage.LATER || lineage == Lineage.NEWER;
      }
      if (best) {
        return each;
      }
    }
    return null;
  }

  private static Outcome changed(Reign reign, Claim to, List<Claim> claims) {
    Set<String> deposed = new HashSet<>(reign.deposed);
    deposed.add(reign.writer);
    deposed.remove(to.node);
    // Who is promoted later refuses writes now: what was seen before may be about an older reign.
    Set<String> readers =
        claims.stream().filter(Claim::reads).map(Claim::node).collect(Collectors.toSet());
    Set<String> bystanders = new HashSet<>(reign.bystanders);
    bystanders.remove(to.node);
    return new Outcome(
        Kind.CHANGED,
        new Reign(to.node, to.known(), to.known(), deposed, readers, Set.of(), bystanders),
        to.node + " takes writes in place of " + reign.writer);
  }

  private static Outcome contested(Reign reign, @Nullable Claim current, List<Claim> rivals) {
    List<String> names = new ArrayList<>();
    if (current != null) {
      names.add(current.node);
    }
    rivals.forEach(c -> names.add(c.node));
    return new Outcome(
        Kind.CONTESTED,
        reign,
        String.join(" and ", names)
            + " take writes, and none is known to have all that the others have; if all are meant to,"
            + " set followWriter to false");
  }

  private static String vacancy(Reign reign, List<Claim> claims) {
    return claims.stream()
        .map(
            c ->
                c.node
                    + (c.standing == null
                        ? " does not answer"
                        : c.reads()
                            ? " is read-only"
                            : reign.deposed.contains(c.node)
                                ? " takes writes but was replaced before"
                                : " takes writes but was not seen to be promoted"))
        .collect(Collectors.joining(", "));
  }
}
