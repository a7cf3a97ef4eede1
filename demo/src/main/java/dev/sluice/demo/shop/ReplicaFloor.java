package dev.sluice.demo.shop;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.jdbc.RoutingDataSourceBuilder;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Step 2: the same SQL, routed. */
public final class ReplicaFloor implements ShopFloor {
  private static final Duration SAMPLES = Duration.ofMillis(100);

  private final List<HikariDataSource> pools = new ArrayList<>();
  private final RoutingDataSource source;
  private final Shop shop;

  /**
   * Opens a pool to each server.
   *
   * @param database the servers
   */
  public ReplicaFloor(ReplicatedDatabase database) {
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder()
            .name("shop")
            .primary(pool("primary", database.primary()))
            .sampleInterval(SAMPLES);
    for (DatabaseNode replica : database.replicas()) {
      String name = "replica-" + pools.size();
      builder.replica(name, pool(name, replica));
    }
    source = builder.build();
    shop = new SqlShop(source);
  }

  private DataSource pool(String name, DatabaseNode node) {
    HikariDataSource pool = Pools.open(name, node);
    pools.add(pool);
    return pool;
  }

  /**
   * The routed way to the database, for the layers above.
   *
   * @return closed with this
   */
  public RoutingDataSource routing() {
    return source;
  }

  @Override
  public Shop shop() {
    return shop;
  }

  @Override
  public DataSource source() {
    return source;
  }

  @Override
  public void close() {
    source.close();
    pools.forEach(HikariDataSource::close);
  }
}
