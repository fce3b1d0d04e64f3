package fob.driver;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes one line of JSON for each change of the driver's state, which the platform reads.
 *
 * <p>run.sh has put the original stdout in the place of stdin, and the log in the place of stdout.
 * So whatever the function and its child processes print to stdout is in the log. Thread-safe.
 */
final class Events {

  private final FileOutputStream out = new FileOutputStream(FileDescriptor.in);

  synchronized void emit(String event, Map<String, ?> details) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("event", event);
    all.putAll(details);
    byte[] json = Response.bytes(all);
    byte[] line = java.util.Arrays.copyOf(json, json.length + 1);
    line[json.length] = '\n';
    try {
      out.write(line);
    } catch (IOException e) {
      // Nobody reads the events any more, which must not stop the driver.
    }
  }
}
