package dev.sluice.testkit;

/**
 * Runs ElasticMQ in a JVM of its own. Spoken to by reflection, since Scala's class files do not go
 * well with a compiler that reports all.
 */
final class ElasticMqMain {
  private ElasticMqMain() {}

  public static void main(String[] arguments) throws ReflectiveOperationException {
    int port = Integer.parseInt(arguments[0]);
    Class<?> address = Class.forName("org.elasticmq.NodeAddress");
    // The host and port that queue URLs name.
    Object node =
        address
            .getConstructor(String.class, String.class, int.class, String.class)
            .newInstance("http", "127.0.0.1", port, "");
    Class<?> builderClass = Class.forName("org.elasticmq.rest.sqs.SQSRestServerBuilder");
    Object builder = builderClass.getMethod("withPort", int.class).invoke(null, port);
    builder =
        builder.getClass().getMethod("withInterface", String.class).invoke(builder, "127.0.0.1");
    builder = builder.getClass().getMethod("withServerAddress", address).invoke(builder, node);
    builder =
        builder.getClass().getMethod("withAWSRegion", String.class).invoke(builder, arguments[1]);
    Object server = builder.getClass().getMethod("start").invoke(builder);
    server.getClass().getMethod("waitUntilStarted").invoke(server);
  }
}
