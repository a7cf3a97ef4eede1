package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import dev.sluice.demo.shop.DynamoDb.Left;
import dev.sluice.nosql.HotStore;
import dev.sluice.nosql.RequestId;
import java.util.List;
import java.util.stream.Collectors;

/** What is left for sale, in a hot table: taken on a condition that the table checks. */
final class DynamoReservations implements Reservations {
  private final HotStore<Integer, Left> left;

  DynamoReservations(HotStore<Integer, Left> left) {
    this.left = left;
  }

  @Override
  public void stock(List<ProductRow> rows) {
    left.putAll(
        rows.stream().collect(Collectors.toMap(ProductRow::id, row -> new Left(row.stock()))));
  }

  @Override
  public boolean reserve(OrderLine order) {
    return left.reserve(
        order.product(), "available", order.quantity(), new RequestId("order-" + order.number()));
  }
}
