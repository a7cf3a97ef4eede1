package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import java.util.List;

/**
 * What is left for sale. A queued order is applied later and nobody is there to be told "sold out"
 * then, so the goods are reserved before the order is accepted. A reservation whose answer is lost,
 * or whose order cannot be queued, is not given back: too little is sold then, never too much. Safe
 * for use by several threads.
 */
interface Reservations {
  /**
   * Sets what is left, before anybody orders.
   *
   * @param rows as they are in the database
   */
  void stock(List<ProductRow> rows);

  /**
   * Takes the goods of an order.
   *
   * @param order names the reservation
   * @return false if too little is left
   */
  boolean reserve(OrderLine order);
}
