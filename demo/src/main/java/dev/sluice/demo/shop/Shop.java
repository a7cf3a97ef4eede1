package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import java.util.List;

/**
 * What the shop does for its customers. Safe for use by several threads; one customer does one
 * thing after the other, with the customer's scope as the current one. A method that throws has
 * promised nothing: what it was asked for may be done or not.
 */
public interface Shop {
  /** How many orders a customer is shown. */
  int ORDERS_SHOWN = 10;

  /**
   * A product page.
   *
   * @param customer who looks
   * @param product which
   * @return what is shown
   * @throws Exception if there is no answer
   */
  ProductRow product(Customer customer, int product) throws Exception;

  /**
   * The customer's latest orders.
   *
   * @param customer who looks
   * @return newest first, at most {@link #ORDERS_SHOWN}
   * @throws Exception if there is no answer
   */
  List<OrderLine> orders(Customer customer) throws Exception;

  /**
   * Places an order.
   *
   * @param customer who orders
   * @param order what
   * @return true if it is accepted, false if it is sold out
   * @throws Exception if there is no answer
   */
  boolean order(Customer customer, OrderLine order) throws Exception;

  /**
   * Counts a page view.
   *
   * @param product the page
   * @throws Exception if there is no answer
   */
  void view(int product) throws Exception;
}
