package dev.sluice.testkit;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** Redis and LocalStack in containers. */
final class DockerServers {
  private DockerServers() {}

  static void requireEngine(String server) {
    if (!Backend.dockerAvailable()) {
      throw new TestServerException(
          server + ": asked for in Docker, and no Docker engine answers (or sluice.docker is off)");
    }
  }

  static DockerServer redis(RedisImage image, int memoryMegabytes) {
    requireEngine("Redis");
    int port = FreePorts.reserve();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(image.image))
            .withCommand(
                image == RedisImage.VALKEY_8_1 ? "valkey-server" : "redis-server",
                "--save",
                "",
                "--appendonly",
                "no",
                "--maxmemory",
                memoryMegabytes + "mb",
                "--maxmemory-policy",
                "allkeys-lru",
                "--dir",
                "/tmp",
                "--bind",
                "0.0.0.0",
                "--protected-mode",
                "no");
    return new DockerServer(
        image == RedisImage.VALKEY_8_1 ? "valkey" : "redis",
        container,
        new DockerServer.Endpoint(6379, port, memoryMegabytes + 64),
        () -> Redis.command(DockerServer.engineHost(), port, "PING").startsWith("+PONG"),
        Duration.ofMinutes(2));
  }

  static DockerServer localStack(String service) {
    requireEngine("LocalStack");
    int port = FreePorts.reserve();
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse("localstack/localstack:4"))
            .withEnv("SERVICES", service)
            .withEnv("EAGER_SERVICE_LOADING", "1")
            // Queue URLs name the address at which the test reaches the server.
            .withEnv("LOCALSTACK_HOST", DockerServer.engineHost() + ":" + port)
            .withEnv("SQS_ENDPOINT_STRATEGY", "path");
    return new DockerServer(
        service + "-localstack",
        container,
        // DynamoDB is a JVM beside LocalStack's own process.
        new DockerServer.Endpoint(4566, port, service.equals("sqs") ? 768 : 896),
        () -> serves(URI.create("http://" + DockerServer.engineHost() + ":" + port + "/"), service),
        Duration.ofMinutes(3));
  }

  /** Asks for a list: the container answers long before the service in it is loaded. */
  private static boolean serves(URI endpoint, String service) throws IOException {
    boolean sqs = service.equals("sqs");
    HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
    connection.setConnectTimeout(1_000);
    connection.setReadTimeout(90_000);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty(
        "X-Amz-Target", sqs ? "AmazonSQS.ListQueues" : "DynamoDB_20120810.ListTables");
    connection.setRequestProperty("Content-Type", "application/x-amz-json-1.0");
    connection.setRequestProperty(
        "Authorization",
        "AWS4-HMAC-SHA256 Credential=test/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0"
            .formatted(AwsService.REGION, service));
    try {
      connection.getOutputStream().write(new byte[] {'{', '}'});
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } finally {
      connection.disconnect();
    }
  }
}
