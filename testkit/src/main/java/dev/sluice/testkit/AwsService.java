package dev.sluice.testkit;

import java.net.URI;
import java.util.List;

/** An AWS service on either backend. */
final class AwsService implements SqsServer, DynamoDbServer {
  static final String REGION = "us-east-1";

  private final ServerControl control;

  private AwsService(ServerControl control) {
    this.control = control;
  }

  static AwsService sqs(Backend backend) {
    return started(
        switch (backend) {
          case EMBEDDED -> {
            int port = FreePorts.reserve();
            yield JavaServer.http(
                "sqs",
                port,
                "dev.sluice.testkit.ElasticMqMain",
                96,
                List.of(Integer.toString(port), REGION));
          }
          case DOCKER -> DockerServers.localStack("sqs");
        });
  }

  static AwsService dynamoDb(Backend backend) {
    return started(
        switch (backend) {
          case EMBEDDED -> {
            int port = FreePorts.reserve();
            yield JavaServer.http(
                "dynamodb",
                port,
                "software.amazon.dynamodb.services.local.main.ServerRunner",
                192,
                List.of(
                    "-inMemory",
                    "-sharedDb",
                    "-disableTelemetry",
                    "-port",
                    Integer.toString(port)));
          }
          case DOCKER -> DockerServers.localStack("dynamodb");
        });
  }

  private static AwsService started(ServerControl control) {
    try {
      control.start();
      return new AwsService(control);
    } catch (RuntimeException e) {
      Cleanup.after(e, control::close);
      throw e;
    }
  }

  @Override
  public URI endpoint() {
    return URI.create("http://" + control.host() + ":" + control.port());
  }

  @Override
  public String region() {
    return REGION;
  }

  @Override
  public String accessKey() {
    return "test";
  }

  @Override
  public String secretKey() {
    return "test";
  }

  @Override
  public void kill() {
    control.kill();
  }

  @Override
  public void stop() {
    control.stop();
  }

  @Override
  public void start() {
    control.start();
  }

  @Override
  public void pause() {
    control.pause();
  }

  @Override
  public void resume() {
    control.resume();
  }

  @Override
  public boolean running() {
    return control.running();
  }

  @Override
  public void close() {
    control.close();
  }
}
