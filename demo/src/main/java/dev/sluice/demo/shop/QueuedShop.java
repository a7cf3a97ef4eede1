package dev.sluice.demo.shop;

import dev.sluice.causality.CausalToken;
import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import dev.sluice.queue.Write;
import dev.sluice.queue.WriteQueue;
import dev.sluice.queue.WriteTicket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * The shop with its writes in a queue. An order is accepted when its goods are reserved and the
 * queue has stored it. Until it is known to be applied its customer is shown it from the customer's
 * own session, marked as pending in a real shop; from then on the token of the write makes the
 * router choose a replica that has it.
 */
class QueuedShop implements Shop {
  private static final long LIMIT_SECONDS = 20;

  private final Shop below;
  private final WriteQueue queue;
  private final Reservations reservations;
  private final LongAdder submitted = new LongAdder();

  QueuedShop(Shop below, WriteQueue queue, Reservations reservations) {
    this.below = below;
    this.queue = queue;
    this.reservations = reservations;
  }

  @Override
  public ProductRow product(Customer customer, int product) throws Exception {
    for (PendingOrder pending : List.copyOf(customer.pending())) {
      if (pending.order().product() == product) {
        // The page of what one has just ordered must show it, so it waits.
        CausalToken token = pending.token().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        customer.scope().require(token);
        customer.pending().remove(pending);
      }
    }
    return below.product(customer, product);
  }

  @Override
  public List<OrderLine> orders(Customer customer) throws Exception {
    for (Iterator<PendingOrder> each = customer.pending().iterator(); each.hasNext(); ) {
      PendingOrder pending = each.next();
      if (pending.token().isDone()) {
        customer.scope().require(pending.token().get());
        each.remove();
      }
    }
    List<OrderLine> orders = new ArrayList<>(below.orders(customer));
    for (PendingOrder pending : customer.pending()) {
      if (!orders.contains(pending.order())) {
        orders.add(0, pending.order());
      }
    }
    return orders.subList(0, Math.min(ORDERS_SHOWN, orders.size()));
  }

  @Override
  public boolean order(Customer customer, OrderLine order) throws Exception {
    if (!reservations.reserve(order)) {
      return false;
    }
    WriteTicket ticket =
        submit(
            Write.atomically(
                "product-" + order.product(),
                List.of(
                    Write.insert(
                        "orders",
                        Map.of("order_no", order.number()),
                        Map.of(
                            "customer", order.customer(),
                            "product", order.product(),
                            "quantity", order.quantity())),
                    Write.addToExisting(
                        "product",
                        Map.of("id", order.product()),
                        Map.of("stock", -order.quantity(), "version", 1)))));
    stored(ticket);
    customer.pending().add(new PendingOrder(order, ticket.token().toCompletableFuture()));
    return true;
  }

  @Override
  public void view(int product) throws Exception {
    stored(submit(Write.add("page_view", Map.of("product", product), Map.of("views", 1))));
  }

  private WriteTicket submit(Write write) {
    WriteTicket ticket = queue.submit(write);
    submitted.increment();
    return ticket;
  }

  private static void stored(WriteTicket ticket) throws Exception {
    ticket.accepted().toCompletableFuture().get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  /** Writes given to the queue. */
  long submitted() {
    return submitted.sum();
  }
}
