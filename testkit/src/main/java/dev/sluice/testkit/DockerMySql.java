package dev.sluice.testkit;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/** MySQL servers in containers on a network of their own. */
final class DockerMySql {
  private static final String ACCOUNTS =
      """
      CREATE USER sluice_monitor@'%' IDENTIFIED BY 'monitor';
      GRANT ALL ON *.* TO sluice_monitor@'%' WITH GRANT OPTION;
      CREATE USER sluice_replication@'%' IDENTIFIED BY 'replication';
      GRANT REPLICATION SLAVE ON *.* TO sluice_replication@'%';
      CREATE USER sluice@'%' IDENTIFIED BY 'sluice';
      GRANT REPLICATION CLIENT, PROCESS ON *.* TO sluice@'%';
      GRANT SELECT ON performance_schema.* TO sluice@'%';
      """;

  private DockerMySql() {}

  static Cluster.Fleet fleet(ClusterSpec spec) {
    DockerServers.requireEngine(spec.engine().name());
    Network network = Network.newNetwork();
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i <= spec.replicas(); i++) {
      nodes.add(node(spec, i, network));
    }
    return new Cluster.Fleet(nodes, network::close);
  }

  private static Node node(ClusterSpec spec, int index, Network network) {
    String name = Cluster.nodeName(spec, index);
    boolean old = spec.engine() == DatabaseEngine.MYSQL_8_0;
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(old ? "mysql:8.0" : "mysql:9.7"))
            .withNetwork(network)
            .withNetworkAliases(name)
            .withEnv("MYSQL_ROOT_PASSWORD", "root")
            .withCopyToContainer(
                Transferable.of(ACCOUNTS, 0644), "/docker-entrypoint-initdb.d/accounts.sql")
            .withCommand(command(spec, Cluster.serverId(index, 0)));
    AtomicInteger renewals = new AtomicInteger();
    MySqlDialect dialect = new MySqlDialect(spec.engine());
    int port = FreePorts.reserve();
    DataSource monitor =
        dialect.dataSource(
            dialect.bounded(dialect.url(DockerServer.engineHost(), port, "mysql")),
            Account.MONITOR.user,
            Account.MONITOR.password);
    DockerServer server =
        new DockerServer(
            name,
            container,
            new DockerServer.Endpoint(3306, port, spec.memoryMegabytes()),
            () -> {
              try (Connection connection = monitor.getConnection()) {
                return connection.isValid(2);
              }
            },
            spec.startTimeout());
    return new Node(
        server,
        dialect,
        spec.databaseName(),
        new Dialect.Upstream(name, 3306),
        primary -> {
          server.close();
          container.withCommand(command(spec, Cluster.serverId(index, renewals.incrementAndGet())));
        });
  }

  private static String[] command(ClusterSpec spec, int serverId) {
    boolean old = spec.engine() == DatabaseEngine.MYSQL_8_0;
    return new String[] {
      "--server-id=" + serverId,
      "--gtid-mode=ON",
      "--enforce-gtid-consistency=ON",
      "--log-bin=binlog",
      "--log-bin-trust-function-creators=1",
      "--relay-log=relay",
      old ? "--skip-slave-start" : "--skip-replica-start",
      "--session-track-gtids=OWN_GTID",
      "--skip-name-resolve",
      "--mysqlx=OFF",
      "--max-connections=300",
      "--innodb-buffer-pool-size=" + spec.memoryMegabytes() / 4 + "M",
      // Safe against a killed server, which is what tests do; not against a power cut.
      "--innodb-flush-log-at-trx-commit=2",
      "--sync-binlog=0"
    };
  }
}
