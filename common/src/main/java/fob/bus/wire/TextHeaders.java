package fob.bus.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import fob.call.TraceContext;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads and writes the headers of a record as UTF-8 text. */
final class TextHeaders {

  /** The last millisecond of the year 9999. Arithmetic with durations overflows beyond it. */
  static final long LAST_MILLISECOND = 253_402_300_799_999L;

  private TextHeaders() {}

  static Optional<String> read(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), UTF_8));
  }

  /** Reads a whole number; empty if the header is absent or is not one. */
  static Optional<Long> number(Headers headers, String name) {
    try {
      return read(headers, name).map(Long::valueOf);
    } catch (NumberFormatException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Reads a time in epoch milliseconds; empty if the header is absent, is not a number, or is not
   * after 1970 and before the year 10000.
   */
  static Optional<Instant> instant(Headers headers, String name) {
    return number(headers, name)
        .filter(millis -> millis > 0 && millis <= LAST_MILLISECOND)
        .map(Instant::ofEpochMilli);
  }

  /** Reads the number of an attempt; 1 if the header is absent or is not a number from 1 on. */
  static int attempt(Headers headers) {
    return number(headers, CallWire.ATTEMPT)
        .filter(attempt -> attempt >= 1 && attempt <= Integer.MAX_VALUE)
        .map(Long::intValue)
        .orElse(1);
  }

  static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  /** Adds the headers of a trace, if there is one. */
  static void add(Headers headers, @Nullable TraceContext trace) {
    if (trace != null) {
      add(headers, TraceContext.PARENT, trace.parent());
      if (trace.state() != null) {
        add(headers, TraceContext.STATE, trace.state());
      }
    }
  }

  /** Reads the headers of a trace; null if there is none. */
  static @Nullable TraceContext trace(Headers headers) {
    return TraceContext.of(
        read(headers, TraceContext.PARENT).orElse(null),
        read(headers, TraceContext.STATE).orElse(null));
  }

  /** Adds a header and removes those that have the same name. */
  static void replace(Headers headers, String name, String value) {
    headers.remove(name);
    add(headers, name, value);
  }
}
