package dev.sluice.demo.shop;

import java.time.Duration;
import java.util.OptionalLong;
import javax.sql.DataSource;

/** A step's addition to the steps before it: what it does not change is as it was. */
class Layer implements ShopFloor {
  private final ShopFloor below;

  Layer(ShopFloor below) {
    this.below = below;
  }

  @Override
  public Shop shop() {
    return below.shop();
  }

  @Override
  public DataSource source() {
    return below.source();
  }

  @Override
  public void open() throws Exception {
    below.open();
  }

  @Override
  public void settle(Duration limit) throws Exception {
    below.settle(limit);
  }

  @Override
  public OptionalLong cacheReads() {
    return below.cacheReads();
  }

  @Override
  public OptionalLong cacheHits() {
    return below.cacheHits();
  }

  @Override
  public OptionalLong queueDepth() {
    return below.queueDepth();
  }

  @Override
  public void close() {
    below.close();
  }
}
