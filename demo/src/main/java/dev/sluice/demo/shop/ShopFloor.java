package dev.sluice.demo.shop;

import java.time.Duration;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** A shop with all that one step of the story needs to run it. Safe for use by several threads. */
public interface ShopFloor extends AutoCloseable {
  /**
   * The shop.
   *
   * @return the same one each time
   */
  Shop shop();

  /**
   * The way to the database in this step, for the back office.
   *
   * @return a pool, closed with this
   */
  DataSource source();

  /**
   * Called when the goods are in stock and before the first customer.
   *
   * @throws Exception if the shop cannot be opened
   */
  default void open() throws Exception {}

  /**
   * Waits until all that was accepted is in the database.
   *
   * @param limit longest wait
   * @throws Exception if it is not by then
   */
  default void settle(Duration limit) throws Exception {}

  /**
   * Product pages asked of the cache so far.
   *
   * @return a count; empty without a cache
   */
  default OptionalLong cacheReads() {
    return OptionalLong.empty();
  }

  /**
   * Product pages that the cache answered so far.
   *
   * @return a count; empty without a cache
   */
  default OptionalLong cacheHits() {
    return OptionalLong.empty();
  }

  /**
   * Writes accepted and not applied yet.
   *
   * @return a count; empty without a queue
   */
  default OptionalLong queueDepth() {
    return OptionalLong.empty();
  }

  @Override
  void close();
}
