package dev.sluice.testkit;

import java.net.URI;
import java.util.List;

/**
 * A proxy on this machine between a client and a server, which loses, delays and cuts what {@link
 * Fault}s say, and counts.
 *
 * <pre>{@code
 * try (FaultProxy proxy = FaultProxy.http(sqs.endpoint())) {
 *   SqsClient client = client(proxy.endpoint());
 *   proxy.add(Fault.dropResponse().whenRequestContains("SendMessage").times(1));
 *   ... // the message is in the queue and the client saw a broken connection
 * }
 * }</pre>
 *
 * <p>Of HTTP each request is passed to the server whole, and its answer back whole, so a dropped
 * response always comes after the effect. Of TCP (databases, Redis) bytes pass as they come, and
 * what a client sends until the server answers counts as one request. Nothing is decrypted: speak
 * without TLS.
 *
 * <p>Thread-safe; faults may be added and {@linkplain #clear() cleared} while connections are open
 * and hold from the next request on. {@link #close()} cuts all connections; the server stays.
 */
public final class FaultProxy implements AutoCloseable {
  private final ProxyConnections connections;
  private final FaultRules rules;
  private final URI endpoint;

  private FaultProxy(ProxyConnections connections, FaultRules rules) {
    this.connections = connections;
    this.rules = rules;
    this.endpoint = URI.create("http://127.0.0.1:" + connections.port());
  }

  /**
   * Stands before an HTTP server (SQS, DynamoDB).
   *
   * @param target the server's endpoint, without a path
   * @return a running proxy
   */
  public static FaultProxy http(URI target) {
    if (!"http".equals(target.getScheme()) || target.getPort() < 0) {
      throw new IllegalArgumentException("target must be http://host:port, not " + target);
    }
    FaultRules rules = new FaultRules();
    return new FaultProxy(
        ProxyConnections.open(target.getHost(), target.getPort(), rules, HttpExchange::serve),
        rules);
  }

  /**
   * Stands before a server of any other protocol.
   *
   * @param host the server's host
   * @param port the server's port
   * @return a running proxy
   */
  public static FaultProxy tcp(String host, int port) {
    FaultRules rules = new FaultRules();
    return new FaultProxy(ProxyConnections.open(host, port, rules, TcpExchange::serve), rules);
  }

  /**
   * The host to connect to.
   *
   * @return the loopback address
   */
  public String host() {
    return "127.0.0.1";
  }

  /**
   * The port to connect to.
   *
   * @return the proxy's port
   */
  public int port() {
    return connections.port();
  }

  /**
   * The address to give to an HTTP client.
   *
   * @return {@code http://127.0.0.1:port}
   */
  public URI endpoint() {
    return endpoint;
  }

  /**
   * Adds a fault. Of several that fit a request the first added happens.
   *
   * @param fault what happens to which requests
   */
  public void add(Fault fault) {
    rules.add(fault);
  }

  /** Removes all faults. */
  public void clear() {
    rules.clear();
  }

  /** Cuts all open connections, as a failing network does; new ones are taken. */
  public void cutAll() {
    connections.cutAll();
  }

  /**
   * Requests that reached the proxy since its start. Of TCP: how often the direction turned from
   * server to client, which is the number of round trips.
   *
   * @return a count
   */
  public long roundTrips() {
    return rules.requests();
  }

  /**
   * Connections accepted since the start.
   *
   * @return a count
   */
  public long connections() {
    return connections.accepted();
  }

  /**
   * How often each fault happened.
   *
   * @return counts in the order in which the faults were added and not cleared
   */
  public List<Integer> happened() {
    return rules.happened();
  }

  @Override
  public void close() {
    connections.close();
  }
}
