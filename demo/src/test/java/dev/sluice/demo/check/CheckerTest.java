package dev.sluice.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each test but the first injects one fault into a state that is right. */
class CheckerTest {
  private static final OrderLine FIRST = new OrderLine(1, 7, 1, 2);
  private static final OrderLine SECOND = new OrderLine(2, 7, 1, 1);
  private static final OrderLine REFUSED = new OrderLine(3, 8, 1, 1);
  private static final OrderLine UNANSWERED = new OrderLine(4, 8, 2, 1);

  private static final OrderLine FIFTH = new OrderLine(5, 9, 2, 1);
  private static final OrderLine SIXTH = new OrderLine(6, 9, 2, 3);

  private final Journal journal = new Journal();
  private final List<OrderLine> orders = new ArrayList<>(List.of(FIRST, SECOND));
  private final Map<Integer, ProductRow> products = new HashMap<>();
  private final Map<Integer, Long> views = new HashMap<>();
  private final List<SqlState> replicas = new ArrayList<>();
  private final List<OrderLine> hotOrders = new ArrayList<>();
  private final Map<Integer, Integer> left = new HashMap<>();
  private boolean hot;

  @BeforeEach
  void rightState() {
    for (OrderLine order : List.of(FIRST, SECOND, REFUSED, UNANSWERED)) {
      journal.placing(order);
    }
    journal.acknowledged(FIRST);
    journal.acknowledged(SECOND);
    journal.refused(REFUSED);
    journal.delivered(1, 10);
    journal.delivered(1, 5);
    journal.delivered(2, 10);
    for (int i = 0; i < 3; i++) {
      journal.viewAcknowledged(1);
    }
    journal.viewUnanswered(1);
    // Two deliveries and two orders of three pieces; the other one untouched.
    product(1, 12, 4);
    product(2, 10, 1);
    views.put(1, 3L);
  }

  private void product(int id, int stock, long version) {
    products.put(id, new ProductRow(id, stock, version));
  }

  private SqlState books() {
    return new SqlState(List.copyOf(orders), List.copyOf(products.values()), Map.copyOf(views));
  }

  private Invariants verdict() {
    HotState tables = hot ? new HotState(hotOrders, left, Map.of()) : null;
    return Checker.check(journal, new FinalState(books(), replicas, tables));
  }

  /** Two replicas with the same books, and two orders more that are in the hot tables, too. */
  private void rightStateOnAllServers() {
    journal.hotTablesOpened();
    for (OrderLine order : List.of(FIFTH, SIXTH)) {
      journal.placing(order);
      journal.acknowledged(order);
      orders.add(order);
      hotOrders.add(order);
    }
    product(2, 6, 3);
    hot = true;
    left.put(1, 12);
    left.put(2, 6);
    replicas.add(books());
    replicas.add(books());
  }

  private void assertVerdict(long lost, long doubled, long stale, long negative) {
    Invariants verdict = verdict();
    assertThat(verdict)
        .usingRecursiveComparison()
        .ignoringFields("problems")
        .isEqualTo(new Invariants(lost, doubled, stale, negative, List.of()));
    assertThat(verdict.held()).isEqualTo(lost + doubled + stale + negative == 0);
    assertThat(verdict.problems().isEmpty()).isEqualTo(verdict.held());
  }

  @Test
  void rightStateHolds() {
    assertVerdict(0, 0, 0, 0);
    assertThat(journal.writes()).isEqualTo(5);
  }

  @Test
  void unansweredWritesMayBeThereOrNot() {
    orders.add(UNANSWERED);
    product(2, 9, 2);
    views.put(1, 4L);
    assertVerdict(0, 0, 0, 0);
  }

  @Test
  void catchesALostOrder() {
    orders.remove(FIRST);
    product(1, 14, 3);
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesAnOrderOfWhichOnlyTheRowIsThere() {
    product(1, 13, 3);
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesAnOrderOfWhichOnlyTheRowIsMissing() {
    orders.remove(SECOND);
    // Lost itself, and a change of the product that no order explains.
    assertVerdict(1, 1, 0, 0);
  }

  @Test
  void catchesAnOrderWithOtherContent() {
    orders.set(1, new OrderLine(2, 9, 1, 1));
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesADoubledOrder() {
    orders.add(FIRST);
    product(1, 10, 5);
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesAStockTakenTwice() {
    product(1, 10, 5);
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesAWrongStockUnderARightVersion() {
    product(1, 11, 4);
    assertVerdict(0, 1, 0, 0);
    product(1, 13, 4);
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesARefusedOrder() {
    orders.add(REFUSED);
    product(1, 11, 5);
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesAnOrderNobodyPlaced() {
    orders.add(new OrderLine(99, 1, 2, 1));
    product(2, 9, 2);
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesLostPageViews() {
    views.put(1, 1L);
    assertVerdict(2, 0, 0, 0);
  }

  @Test
  void catchesDoubledPageViews() {
    views.put(1, 6L);
    assertVerdict(0, 2, 0, 0);
  }

  @Test
  void catchesAMissingProductRow() {
    products.remove(2);
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesNegativeStockInTheFinalState() {
    OrderLine last = new OrderLine(5, 9, 2, 11);
    journal.placing(last);
    journal.acknowledged(last);
    orders.add(last);
    product(2, -1, 2);
    assertVerdict(0, 0, 0, 1);
  }

  @Test
  void rightStateOnAllServersHolds() {
    rightStateOnAllServers();
    assertVerdict(0, 0, 0, 0);
  }

  @Test
  void catchesALostHotOrder() {
    rightStateOnAllServers();
    hotOrders.remove(FIFTH);
    assertVerdict(1, 0, 0, 0);
    assertThat(verdict().problems())
        .containsExactly("hot table: order 5 was accepted and is not there");
  }

  @Test
  void catchesAHotOrderWithOtherContent() {
    rightStateOnAllServers();
    hotOrders.set(0, new OrderLine(5, 9, 2, 2));
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesAHotOrderThatIsThereTwice() {
    rightStateOnAllServers();
    hotOrders.add(new OrderLine(6, 10, 2, 3));
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesAHotOrderNobodyPlacedThere() {
    rightStateOnAllServers();
    // Accepted before there were hot tables.
    hotOrders.add(FIRST);
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesAHotStockFromWhichTooLittleOrTooMuchWasTaken() {
    rightStateOnAllServers();
    left.put(1, 13);
    assertVerdict(1, 0, 0, 0);
    left.put(1, 11);
    assertVerdict(0, 1, 0, 0);
    left.put(1, -1);
    assertVerdict(0, 1, 0, 1);
    left.remove(1);
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void anUnansweredOrderMayHaveReserved() {
    rightStateOnAllServers();
    left.put(2, 5);
    assertVerdict(0, 0, 0, 0);
    left.put(2, 4);
    assertVerdict(0, 1, 0, 0);
  }

  private void replica(List<OrderLine> rows, List<ProductRow> products, Map<Integer, Long> views) {
    replicas.set(1, new SqlState(rows, products, views));
  }

  @Test
  void catchesAMissingRowOfAReplica() {
    rightStateOnAllServers();
    SqlState right = books();
    replica(right.orders().subList(1, 4), right.products(), right.views());
    assertVerdict(1, 0, 0, 0);
    assertThat(verdict().problems()).containsExactly("replica 2: order 1 is not there");
    replica(right.orders(), right.products().subList(0, 1), right.views());
    assertVerdict(1, 0, 0, 0);
    replica(right.orders(), right.products(), Map.of());
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesARowOfAReplicaWithOtherContent() {
    rightStateOnAllServers();
    SqlState right = books();
    List<OrderLine> rows = new ArrayList<>(right.orders());
    rows.set(0, new OrderLine(1, 7, 1, 3));
    replica(rows, right.products(), right.views());
    assertVerdict(1, 0, 0, 0);
    replica(
        right.orders(), List.of(new ProductRow(1, 13, 4), new ProductRow(2, 6, 3)), right.views());
    assertVerdict(1, 0, 0, 0);
    replica(right.orders(), right.products(), Map.of(1, 2L));
    assertVerdict(1, 0, 0, 0);
  }

  @Test
  void catchesARowThatIsOnAReplicaOnly() {
    rightStateOnAllServers();
    SqlState right = books();
    List<OrderLine> rows = new ArrayList<>(right.orders());
    rows.add(UNANSWERED);
    replica(rows, right.products(), right.views());
    assertVerdict(0, 1, 0, 0);
  }

  @Test
  void catchesNegativeStockInAnAnswer() {
    new Expectations(7, journal).read(new ProductRow(1, -1, 1));
    assertVerdict(0, 0, 0, 1);
  }

  @Test
  void catchesAProductOlderThanSeen() {
    Expectations session = new Expectations(7, journal);
    session.read(new ProductRow(1, 5, 3));
    session.read(new ProductRow(1, 5, 3));
    session.read(new ProductRow(1, 6, 2));
    assertVerdict(0, 0, 1, 0);
    assertThat(journal.reads()).isEqualTo(3);
  }

  @Test
  void catchesAProductOlderThanTheOwnOrder() {
    Expectations session = new Expectations(7, journal);
    session.read(new ProductRow(1, 5, 3));
    session.ordered(FIRST);
    session.read(new ProductRow(1, 5, 3));
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void catchesAnUnseenProductWithoutTheOwnOrder() {
    Expectations session = new Expectations(7, journal);
    session.ordered(FIRST);
    session.read(new ProductRow(1, 5, 1));
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void sessionsDoNotBindEachOther() {
    new Expectations(7, journal).read(new ProductRow(1, 5, 3));
    new Expectations(8, journal).read(new ProductRow(1, 6, 2));
    assertVerdict(0, 0, 0, 0);
  }

  @Test
  void catchesAMissingOwnOrder() {
    Expectations session = new Expectations(7, journal);
    session.ordered(FIRST);
    session.ordered(SECOND);
    session.read(List.of(FIRST), 10);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void catchesAnOwnOrderWithAnotherQuantity() {
    Expectations session = new Expectations(7, journal);
    session.ordered(FIRST);
    session.read(List.of(new OrderLine(1, 7, 1, 3)), 10);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void catchesOrdersThatTheSessionDidNotPlaceSo() {
    Expectations session = new Expectations(8, journal);
    session.read(List.of(new OrderLine(4, 8, 1, 1)), 10);
    assertVerdict(0, 0, 1, 0);
    new Expectations(8, journal).read(List.of(REFUSED), 10);
    assertVerdict(0, 0, 2, 0);
    new Expectations(8, journal).read(List.of(FIRST), 10);
    assertVerdict(0, 0, 3, 0);
    new Expectations(8, journal).read(List.of(UNANSWERED, UNANSWERED), 10);
    assertVerdict(0, 0, 4, 0);
  }

  @Test
  void catchesAnOrderThatWasSeenAndIsGone() {
    Expectations session = new Expectations(8, journal);
    session.read(List.of(UNANSWERED), 10);
    session.read(List.of(), 10);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void olderOrdersMayFallOffTheEndOfTheList() {
    Expectations session = new Expectations(7, journal);
    session.ordered(FIRST);
    session.ordered(SECOND);
    session.read(List.of(SECOND), 1);
    assertVerdict(0, 0, 0, 0);
    session.read(List.of(FIRST), 1);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void aViolationThatHealsStaysOne() {
    Invariants worst =
        new Invariants(1, 0, 2, 0, List.of("x")).or(new Invariants(0, 0, 2, 0, List.of()));
    assertThat(worst).isEqualTo(new Invariants(1, 0, 2, 0, List.of("x")));
  }
}
