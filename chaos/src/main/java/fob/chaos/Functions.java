package fob.chaos;

import fob.chaos.check.Behaviour;
import fob.chaos.check.Log;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The functions that clients call. A function prints one line at the start of each run, so that
 * runs can be counted. It returns the call's token, which identifies the call, and a nonce that
 * identifies the run.
 */
final class Functions {

  /** The text before the token in the line that a function prints for each run. */
  private static final String RAN = "ran ";

  /** Each invoker gets the calls of some functions only. With this many, both get calls. */
  private static final int ECHO_FUNCTIONS = 4;

  private static final String HEAD =
      """
      import os, random, time, uuid, zlib
      seen = {}
      def callme(token):
          print('ran ' + token)
          lot = zlib.crc32(token.encode()) % 1000
          BODY
          return {'token': token, 'nonce': uuid.uuid4().hex}
      """;

  private final Map<Behaviour, List<String>> ids;

  private Functions(Map<Behaviour, List<String>> ids) {
    this.ids = ids;
  }

  /**
   * Registers all functions and waits until they are ready.
   *
   * @param clients how many times each client is there
   */
  static Functions register(Api api, URI gateway, int clients)
      throws IOException, InterruptedException {
    Map<Behaviour, List<String>> ids = new EnumMap<>(Behaviour.class);
    for (Behaviour behaviour : Behaviour.values()) {
      String settings =
          "concurrency=16&timeout=20s&retries="
              + behaviour.retries()
              + "&instances="
              + instances(behaviour, clients);
      String code = HEAD.replace("BODY", body(behaviour));
      List<String> registered = new ArrayList<>();
      for (int i = 0; i < (behaviour == Behaviour.ECHO ? ECHO_FUNCTIONS : 1); i++) {
        registered.add(api.register(gateway, settings, code));
      }
      ids.put(behaviour, List.copyOf(registered));
    }
    return new Functions(ids);
  }

  /** The calls of the slow function would wait for ever longer if one instance ran them all. */
  private static int instances(Behaviour behaviour, int clients) {
    return switch (behaviour) {
      case CRASHING -> 2;
      case SLOW -> clients;
      default -> 1;
    };
  }

  private static String body(Behaviour behaviour) {
    return switch (behaviour) {
      case ECHO -> "pass";
      case FLAKY ->
          """
          seen[token] = seen.get(token, 0) + 1
              if seen[token] <= lot % 3:
                  raise RuntimeError('not yet, ' + token)
          """
              .strip();
      case FAILING -> "raise RuntimeError('never, ' + token)";
      case SLOW -> "time.sleep(1 + lot / 143)";
      case NO_RETRY ->
          """
          if lot % 3 == 0:
                  raise RuntimeError('once, ' + token)
          """
              .strip();
      case CRASHING ->
          """
          if random.random() < 0.05:
                  os._exit(1)
          """
              .strip();
    };
  }

  /** Returns whether a gateway knows all functions. */
  boolean areKnown(Api api, URI gateway) throws IOException, InterruptedException {
    for (List<String> some : ids.values()) {
      for (String id : some) {
        if (!api.knows(gateway, id)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the function with a behaviour that a client calls, the same one each time. */
  String id(Behaviour behaviour, String client) {
    List<String> all = ids.getOrDefault(behaviour, List.of());
    return all.get(Math.floorMod(client.hashCode(), all.size()));
  }

  /** Returns the runs that functions have printed to the files in a folder. */
  static List<Log.Execution> runs(Path folder) throws IOException {
    List<Log.Execution> runs = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        for (String line : Files.readAllLines(file)) {
          int ran = line.indexOf(" " + RAN);
          String[] head = line.substring(0, Math.max(0, ran)).split(" ", -1);
          if (head.length == 2) {
            String token = line.substring(ran + 1 + RAN.length());
            runs.add(new Log.Execution(Instant.parse(head[0]), head[1], token));
          }
        }
      }
    }
    return runs;
  }
}
