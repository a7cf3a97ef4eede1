package dev.sluice.demo;

import dev.sluice.demo.shop.ReplicaFloor;
import dev.sluice.demo.shop.ShopFloor;
import java.util.Arrays;
import java.util.List;

/** The steps of the story; each keeps what the steps before it brought. */
enum Step {
  /** Everything on the primary, through a plain connection pool. */
  PRIMARY(
      1,
      "everything on the primary",
      "One connection pool, one server. Every read, order and page view is a statement there.") {
    @Override
    ShopFloor open(Servers servers) {
      return Floors.primary(servers);
    }
  },
  /** Reads on the replicas. */
  REPLICAS(
      2,
      "reads on replicas",
      "The same SQL through a RoutingDataSource. A read goes to a replica that is known to have what"
          + " its session wrote and saw, and to the primary for the moment in which none is.") {
    @Override
    ShopFloor open(Servers servers) {
      return Floors.replicas(servers);
    }
  },
  /** Product pages in a cache. */
  CACHE(
      3,
      "cache for the catalogue",
      "Product pages come from Redis through CacheAside. Every order changes its product's stock and"
          + " so takes the page out of the cache; it comes back from a replica that has the change. What"
          + " is cached for the first time comes from the primary, which is why a cold cache costs it"
          + " reads at first.") {
    @Override
    ShopFloor open(Servers servers) {
      ReplicaFloor replicas = Floors.replicas(servers);
      return Floors.cache(servers, replicas);
    }
  },
  /** Writes in a queue. */
  QUEUE(
      4,
      "queue in front of the writes",
      "Orders and page views are queued in SQS and applied by one writer, many in a transaction,"
          + " exactly once. Goods are reserved in Redis before an order is accepted, since nobody is"
          + " there to be told \"sold out\" later. Until it is applied its customer is shown it as"
          + " pending; then the token of the write leads to a replica that has it.") {
    @Override
    ShopFloor open(Servers servers) throws Exception {
      return Floors.queue(servers);
    }
  },
  /** Hot tables in DynamoDB. */
  HOT_TABLES(
      5,
      "hot tables in DynamoDB",
      "Page views are counted in sharded counters, what is left for sale is taken by conditional"
          + " writes, and a customer's orders are read from a hot table where they are current at"
          + " once. The books stay in SQL, fed by the queue.") {
    @Override
    ShopFloor open(Servers servers) throws Exception {
      return Floors.hotTables(servers);
    }
  };

  private final int number;
  private final String title;
  private final String story;

  Step(int number, String title, String story) {
    this.number = number;
    this.title = title;
    this.story = story;
  }

  /** Opens the shop as it is run in this step, starting the servers that it needs. */
  abstract ShopFloor open(Servers servers) throws Exception;

  int number() {
    return number;
  }

  String title() {
    return title;
  }

  String story() {
    return story;
  }

  static Step of(int number) {
    return values()[number - 1];
  }

  static List<Integer> numbers() {
    return Arrays.stream(values()).map(Step::number).toList();
  }
}
