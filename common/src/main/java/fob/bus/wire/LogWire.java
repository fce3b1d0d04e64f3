package fob.bus.wire;

import static fob.bus.wire.TextHeaders.add;
import static fob.bus.wire.TextHeaders.read;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import fob.call.RequestId;
import fob.function.FunctionId;
import fob.function.LogLine;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Converts lines that functions print to records of {@code fob.logs}, and back. The key is the
 * function's id. The value has the lines as the drivers write them, {@code TIME REQUESTID text},
 * each with a line feed at its end. A golden file holds the format.
 */
public final class LogWire {

  /** The header with the id of the instance that printed all lines of the record. */
  static final String INSTANCE = "fob-instance";

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final Pattern TIME =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z");
  private static final int TIME_LENGTH = 24;
  private static final int LONGEST_REQUEST = 200;

  private LogWire() {}

  /** Returns a line in the drivers' form. */
  public static byte[] line(Instant time, String request, String text) {
    return (CLOCK.format(time) + " " + request + " " + text).getBytes(UTF_8);
  }

  /**
   * Returns the line in the drivers' form: a line that does not begin with a time and a request id
   * gets them.
   *
   * @param read when the line was read
   */
  public static byte[] whole(byte[] line, Instant read) {
    if (endOfRequest(line, 0, line.length) >= 0) {
      return line;
    }
    byte[] prefix = line(read, LogLine.NO_REQUEST, "");
    byte[] whole = new byte[prefix.length + line.length];
    System.arraycopy(prefix, 0, whole, 0, prefix.length);
    System.arraycopy(line, 0, whole, prefix.length, line.length);
    return whole;
  }

  /** Returns the time and the request id of a line, with a space after each; may be empty. */
  public static byte[] prefix(byte[] line) {
    return Arrays.copyOf(line, endOfRequest(line, 0, line.length) + 1);
  }

  /**
   * Makes a record of lines.
   *
   * @param instance the instance that printed them; null if fob wrote them
   * @param lines in the drivers' form
   */
  public static ProducerRecord<String, byte[]> encode(
      FunctionId function, @Nullable String instance, List<byte[]> lines) {
    ByteArrayOutputStream value = new ByteArrayOutputStream();
    for (byte[] line : lines) {
      value.writeBytes(line);
      value.write('\n');
    }
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(Topics.LOGS.name(), function.toString(), value.toByteArray());
    if (instance != null) {
      add(record.headers(), INSTANCE, instance);
    }
    return record;
  }

  /** Reads the lines of a record. What is not in the drivers' form is left out. */
  public static List<LogLine> decode(ConsumerRecord<String, byte[]> record) {
    List<LogLine> lines = new ArrayList<>();
    byte[] value = record.value();
    if (value == null) {
      return lines;
    }
    String instance = read(record.headers(), INSTANCE).orElse(null);
    int begin = 0;
    for (int at = 0; at < value.length; at++) {
      if (value[at] == '\n') {
        decode(value, begin, at, instance).ifPresent(lines::add);
        begin = at + 1;
      }
    }
    return lines;
  }

  private static Optional<LogLine> decode(
      byte[] value, int begin, int end, @Nullable String instance) {
    int space = endOfRequest(value, begin, end);
    if (space < 0) {
      return Optional.empty();
    }
    Instant time;
    try {
      time = Instant.parse(new String(value, begin, TIME_LENGTH, ISO_8859_1));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
    int request = begin + TIME_LENGTH + 1;
    String text = new String(value, space + 1, end - space - 1, UTF_8);
    LogLine.Level level = LogLine.Level.atBeginningOf(text).orElse(null);
    return Optional.of(
        new LogLine(
            time,
            new String(value, request, space - request, ISO_8859_1),
            level,
            level == null ? text : text.substring(level.name().length() + 1),
            instance));
  }

  /** Returns where the space after the request id is; -1 if the line has another form. */
  private static int endOfRequest(byte[] line, int begin, int end) {
    int request = begin + TIME_LENGTH + 1;
    if (end <= request || line[request - 1] != ' ') {
      return -1;
    }
    int space = request;
    while (space < end && space - request <= LONGEST_REQUEST && line[space] != ' ') {
      space++;
    }
    return space < end
            && line[space] == ' '
            && RequestId.isValid(new String(line, request, space - request, ISO_8859_1))
            && TIME.matcher(new String(line, begin, TIME_LENGTH, ISO_8859_1)).matches()
        ? space
        : -1;
  }
}
