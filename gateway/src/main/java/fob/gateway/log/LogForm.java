package fob.gateway.log;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import fob.function.LogLine;
import fob.service.Text;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How lines look in a reply. */
enum LogForm {
  /** The form of the drivers. Control characters are made visible, for the sake of terminals. */
  PLAIN {
    @Override
    String line(LogLine line) {
      return line.time()
          + " "
          + Text.printable(line.request(), Integer.MAX_VALUE)
          + (line.level() == null ? " " : " " + line.level() + " ")
          + visible(line.text());
    }
  },
  /** An object. */
  JSON {
    @Override
    String line(LogLine line) {
      return object(line).toString();
    }
  };

  /** Returns the form that the client asks for. */
  static LogForm wantedBy(Context http) {
    String accept = http.header("Accept");
    return accept != null && accept.toLowerCase(Locale.ROOT).contains("application/json")
        ? JSON
        : PLAIN;
  }

  /** Returns the line as one line of text. */
  abstract String line(LogLine line);

  /** Tabs are harmless. */
  private static String visible(String text) {
    return Arrays.stream(text.split("\t", -1))
        .map(part -> Text.printable(part, Integer.MAX_VALUE))
        .collect(Collectors.joining("\t"));
  }

  static ObjectNode object(LogLine line) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", line.time().toString())
            .put("request", line.request());
    if (line.level() != null) {
      json.put("level", line.level().name());
    }
    json.put("text", line.text());
    if (line.instance() != null) {
      json.put("instance", line.instance());
    }
    return json;
  }

  /** Writes what was found as the reply. */
  void write(Context http, LogSearch.Found found) {
    switch (this) {
      case PLAIN -> {
        StringBuilder text = new StringBuilder();
        found.note().ifPresent(note -> text.append("fob: ").append(note).append('\n'));
        found.lines().forEach(line -> text.append(line(line.line())).append('\n'));
        http.contentType("text/plain; charset=utf-8")
            .result(text.toString().getBytes(StandardCharsets.UTF_8));
      }
      case JSON -> {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        found.note().ifPresent(note -> json.put("note", note));
        var lines = json.putArray("lines");
        found.lines().forEach(line -> lines.add(object(line.line())));
        http.contentType("application/json").result(Json.bytes(json));
      }
    }
  }
}
