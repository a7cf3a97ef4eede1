package dev.sluice.demo.shop;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.testkit.DatabaseNode;
import javax.sql.DataSource;

/** Step 1: a connection pool and a server. */
public final class PrimaryFloor implements ShopFloor {
  private final HikariDataSource pool;
  private final Shop shop;

  /**
   * Opens the pool.
   *
   * @param primary the server
   */
  public PrimaryFloor(DatabaseNode primary) {
    pool = Pools.open("primary", primary);
    shop = new SqlShop(pool);
  }

  @Override
  public Shop shop() {
    return shop;
  }

  @Override
  public DataSource source() {
    return pool;
  }

  @Override
  public void close() {
    pool.close();
  }
}
