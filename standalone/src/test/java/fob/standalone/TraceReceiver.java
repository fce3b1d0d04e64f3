package fob.standalone;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;

/** Receives spans by OTLP over HTTP, and keeps them. Thread-safe. */
final class TraceReceiver implements AutoCloseable {

  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();
  private final Set<String> services = ConcurrentHashMap.newKeySet();
  private final HttpServer server;

  TraceReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          try (exchange) {
            boolean isZipped =
                "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream body = exchange.getRequestBody();
            ExportTraceServiceRequest.parseFrom(isZipped ? new GZIPInputStream(body) : body)
                .getResourceSpansList()
                .forEach(this::add);
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
  }

  private void add(ResourceSpans of) {
    of.getResource().getAttributesList().stream()
        .filter(attribute -> attribute.getKey().equals("service.name"))
        .forEach(attribute -> services.add(attribute.getValue().getStringValue()));
    of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
  }

  /** Returns the names of the services whose spans have come so far. */
  Set<String> services() {
    return Set.copyOf(services);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns the spans of a trace that have come so far. */
  List<Span> ofTrace(String id) {
    return spans.stream().filter(span -> hex(span.getTraceId()).equals(id)).toList();
  }

  static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
