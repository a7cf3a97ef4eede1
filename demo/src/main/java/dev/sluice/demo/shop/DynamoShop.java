package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import dev.sluice.demo.shop.DynamoDb.OrderKey;
import dev.sluice.demo.shop.DynamoDb.Ordered;
import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The shop with its hot tables in DynamoDB: a customer's orders are read there, where they are
 * current at once, and page views are counted there. The books stay in SQL, fed by the queue: an
 * order is accepted when both have stored it.
 */
final class DynamoShop implements Shop {
  private static final long LIMIT_SECONDS = 20;

  private final Shop below;
  private final HotStore<OrderKey, Ordered> orders;
  private final PageViews views;

  DynamoShop(Shop below, HotStore<OrderKey, Ordered> orders, PageViews views) {
    this.below = below;
    this.orders = orders;
    this.views = views;
  }

  @Override
  public ProductRow product(Customer customer, int product) throws Exception {
    return below.product(customer, product);
  }

  @Override
  public List<OrderLine> orders(Customer customer) {
    return orders.query(customer.id(), ORDERS_SHOWN, Optional.empty()).entries().stream()
        .map(
            entry ->
                new OrderLine(
                    -entry.key().newest(),
                    entry.key().customer(),
                    entry.versioned().value().product(),
                    entry.versioned().value().quantity()))
        .toList();
  }

  @Override
  public boolean order(Customer customer, OrderLine order) throws Exception {
    if (!below.order(customer, order)) {
      return false;
    }
    orders.put(
        new OrderKey(order.customer(), -order.number()),
        new Ordered(order.product(), order.quantity()),
        Expect.ABSENT);
    return true;
  }

  @Override
  public void view(int product) throws Exception {
    views.add(product).get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
