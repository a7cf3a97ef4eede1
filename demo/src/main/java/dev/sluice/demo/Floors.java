package dev.sluice.demo;

import dev.sluice.demo.shop.CacheFloor;
import dev.sluice.demo.shop.DynamoFloor;
import dev.sluice.demo.shop.PrimaryFloor;
import dev.sluice.demo.shop.QueueFloor;
import dev.sluice.demo.shop.ReplicaFloor;
import dev.sluice.demo.shop.ShopFloor;

/** Builds the shop of each step on top of the step before. Holds nothing. */
final class Floors {
  private Floors() {}

  static ShopFloor primary(Servers servers) {
    return new PrimaryFloor(servers.database().primary());
  }

  static ReplicaFloor replicas(Servers servers) {
    return new ReplicaFloor(servers.database());
  }

  static CacheFloor cache(Servers servers, ReplicaFloor replicas) {
    return new CacheFloor(replicas, replicas.routing(), servers.redis());
  }

  static ShopFloor queue(Servers servers) throws Exception {
    ReplicaFloor replicas = replicas(servers);
    return QueueFloor.withRedis(
        cache(servers, replicas), replicas.routing(), servers.sqs(), servers.redis());
  }

  static ShopFloor hotTables(Servers servers) throws Exception {
    ReplicaFloor replicas = replicas(servers);
    ShopFloor queue =
        QueueFloor.withDynamoDb(
            cache(servers, replicas), replicas.routing(), servers.sqs(), servers.dynamoDb());
    return new DynamoFloor(queue, servers.dynamoDb());
  }
}
