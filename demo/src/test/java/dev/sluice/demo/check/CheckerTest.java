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

  private final Journal journal = new Journal();
  private final List<OrderLine> orders = new ArrayList<>(List.of(FIRST, SECOND));
  private final Map<Integer, ProductRow> products = new HashMap<>();
  private final Map<Integer, Long> views = new HashMap<>();

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

  private Invariants verdict() {
    return Checker.check(journal, new FinalState(orders, List.copyOf(products.values()), views));
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
  void catchesNegativeStockInAnAnswer() {
    new Expectations("customer 7", journal).read(new ProductRow(1, -1, 1));
    assertVerdict(0, 0, 0, 1);
  }

  @Test
  void catchesAProductOlderThanSeen() {
    Expectations session = new Expectations("customer 7", journal);
    session.read(new ProductRow(1, 5, 3));
    session.read(new ProductRow(1, 5, 3));
    session.read(new ProductRow(1, 6, 2));
    assertVerdict(0, 0, 1, 0);
    assertThat(journal.reads()).isEqualTo(3);
  }

  @Test
  void catchesAProductOlderThanTheOwnOrder() {
    Expectations session = new Expectations("customer 7", journal);
    session.read(new ProductRow(1, 5, 3));
    session.ordered(FIRST);
    session.read(new ProductRow(1, 5, 3));
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void catchesAnUnseenProductWithoutTheOwnOrder() {
    Expectations session = new Expectations("customer 7", journal);
    session.ordered(FIRST);
    session.read(new ProductRow(1, 5, 1));
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void sessionsDoNotBindEachOther() {
    new Expectations("customer 7", journal).read(new ProductRow(1, 5, 3));
    new Expectations("customer 8", journal).read(new ProductRow(1, 6, 2));
    assertVerdict(0, 0, 0, 0);
  }

  @Test
  void catchesAMissingOwnOrder() {
    Expectations session = new Expectations("customer 7", journal);
    session.ordered(FIRST);
    session.ordered(SECOND);
    session.read(List.of(FIRST), 10);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void catchesAnOrderThatWasSeenAndIsGone() {
    Expectations session = new Expectations("customer 8", journal);
    session.read(List.of(UNANSWERED), 10);
    session.read(List.of(), 10);
    assertVerdict(0, 0, 1, 0);
  }

  @Test
  void olderOrdersMayFallOffTheEndOfTheList() {
    Expectations session = new Expectations("customer 7", journal);
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
