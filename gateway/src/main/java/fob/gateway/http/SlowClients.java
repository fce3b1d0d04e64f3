package fob.gateway.http;

import io.javalin.http.Context;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the connections of clients that take too long to send a request or to read a reply. The idle
 * timeout does not catch clients that send or read a little at a time. Jetty's scheduler runs the
 * check, every second by default.
 */
public final class SlowClients extends AbstractLifeCycle {

  private static final Logger LOGGER = LoggerFactory.getLogger(SlowClients.class);

  private static final String TOLD = SlowClients.class.getName();

  /** From this number of connections in their headers on, the shorter limit applies. */
  private static final int MANY_IN_HEADERS = 1_000;

  /**
   * The longest times that clients may take.
   *
   * @param headers for the request line and the headers, from the first byte
   * @param crowd the same, while over 1,000 connections are in their headers
   * @param body for the whole request
   * @param reply to read a reply
   * @param download to read a large reply that is sent piece by piece
   * @param look the time between two checks
   */
  public record Limits(
      Duration headers,
      Duration crowd,
      Duration body,
      Duration reply,
      Duration download,
      Duration look) {

    public static final Limits STANDARD =
        new Limits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(1),
            Duration.ofSeconds(30),
            Duration.ofSeconds(30),
            Duration.ofSeconds(60),
            Duration.ofSeconds(1));
  }

  private final ServerConnector connector;
  private final Limits limits;
  private final Set<Reading> reading;

  /**
   * A reply that a client is reading.
   *
   * @param until when it is to be read, as {@link System#nanoTime}
   */
  record Reading(EndPoint client, long until) {

    static Reading of(Context http, Duration longest) {
      EndPoint client = request(http).getConnectionMetaData().getConnection().getEndPoint();
      return new Reading(
          // TLS would wait until the client has read the rest.
          client instanceof EndPoint.Wrapper tls ? tls.unwrap() : client,
          System.nanoTime() + longest.toNanos());
    }

    static Request request(Context http) {
      return ServletContextRequest.getServletContextRequest(http.req());
    }

    void end(String why) {
      client.close(new EofException(why));
    }
  }

  /**
   * @param reading the replies that are being written; others add and remove them
   */
  SlowClients(ServerConnector connector, Limits limits, Set<Reading> reading) {
    this.connector = connector;
    this.limits = limits;
    this.reading = reading;
  }

  /** A set for replies that are being written. */
  static Set<Reading> readings() {
    return ConcurrentHashMap.newKeySet();
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  private void lookLater() {
    connector.getScheduler().schedule(this::look, limits.look.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    if (!isRunning()) {
      return;
    }
    try {
      long now = System.nanoTime();
      long inHeaders =
          connector.getConnectedEndPoints().stream().filter(SlowClients::isInHeaders).count();
      Duration headers = inHeaders > MANY_IN_HEADERS ? limits.crowd : limits.headers;
      connector.getConnectedEndPoints().forEach(client -> cutIfSlow(client, headers, now));
      reading.stream()
          .filter(reply -> now - reply.until > 0)
          .forEach(reply -> reply.end("the client does not read"));
    } catch (RuntimeException e) {
      LOGGER.atWarn().setCause(e).log("cannot look for slow clients");
    } finally {
      lookLater();
    }
  }

  private void cutIfSlow(EndPoint client, Duration headers, long now) {
    HttpConnection connection = http(client);
    if (connection == null) {
      if (isOpening(client)
          && System.currentTimeMillis() - client.getCreatedTimeStamp() > headers.toMillis()) {
        client.close();
      }
      return;
    }
    long since = now - connection.getParser().getBeginNanoTime();
    if (isInHeaders(client) && since > headers.toNanos()) {
      client.close();
    } else if (isInBody(connection.getParser()) && since > limits.body.toNanos()) {
      cut(client, connection, since);
    }
  }

  /**
   * Fails the read of the body, so that the handler answers 408. The client then has time to read
   * that.
   */
  private void cut(EndPoint client, HttpConnection connection, long since) {
    if (connection.getAttribute(TOLD) == null) {
      connection.setAttribute(TOLD, true);
      connection.onIdleExpired(new TimeoutException("the request has not arrived in time"));
    } else if (since > limits.body.plus(limits.reply).toNanos()) {
      client.close();
    }
  }

  private static boolean isInHeaders(EndPoint client) {
    HttpConnection connection = http(client);
    return connection == null
        ? isOpening(client)
        : connection.getParser().inHeaderState() && !connection.getParser().isStart();
  }

  /** The HTTP connection of a client; null as long as its TLS connection is not established. */
  private static @Nullable HttpConnection http(EndPoint client) {
    Connection connection = client.getConnection();
    if (connection instanceof SslConnection tls && !isOpening(client)) {
      connection = tls.getSslEndPoint().getConnection();
    }
    return connection instanceof HttpConnection http ? http : null;
  }

  /** Whether a client of a gateway with TLS has not ended the handshake. */
  private static boolean isOpening(EndPoint client) {
    return switch (client.getConnection()) {
      case SslConnection tls -> tls.getSSLEngine().getSession().getProtocol().equals("NONE");
      case HttpConnection _ -> false;
      case null -> false;
      default -> true; // whether it speaks TLS is not known yet
    };
  }

  private static boolean isInBody(HttpParser parser) {
    return !parser.inHeaderState() && !parser.isComplete() && !parser.isTerminated();
  }
}
