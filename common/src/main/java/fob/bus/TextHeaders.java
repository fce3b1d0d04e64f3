package fob.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Reads and writes the text headers of a record. */
final class TextHeaders {

  private TextHeaders() {}

  static Optional<String> read(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), UTF_8));
  }

  static void write(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }
}
