package dev.sluice.queue;

import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.testkit.Backend;
import dev.sluice.testkit.SqsServer;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The SQS servers of a test class. */
final class Queues implements AutoCloseable {
  private final Map<Backend, SqsServer> servers = new EnumMap<>(Backend.class);
  private final Map<Backend, SqsClient> clients = new EnumMap<>(Backend.class);

  SqsServer server(Backend backend) {
    return servers.computeIfAbsent(backend, b -> SqsServer.builder().backend(b).start());
  }

  SqsClient client(Backend backend) {
    SqsServer server = server(backend);
    return clients.computeIfAbsent(
        backend,
        b -> client(server.endpoint(), server.region(), server.accessKey(), server.secretKey()));
  }

  static SqsClient client(URI endpoint, String region, String accessKey, String secretKey) {
    return SqsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(region))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
        .build();
  }

  /** URL of a new FIFO queue. */
  String create(Backend backend, String name) {
    return client(backend)
        .createQueue(
            r ->
                r.queueName(name + ".fifo")
                    .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
        .queueUrl();
  }

  SqsTransport transport(Backend backend, String queueUrl) {
    return SqsTransport.builder().client(client(backend)).queueUrl(queueUrl).build();
  }

  @Override
  public void close() {
    clients.values().forEach(SqsClient::close);
    servers.values().forEach(SqsServer::close);
  }
}
