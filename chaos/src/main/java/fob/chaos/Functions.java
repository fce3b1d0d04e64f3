package fob.chaos;

import fob.chaos.check.Behaviour;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The functions that are called. Each prints a line as it begins, by which its runs are counted,
 * and returns its token, by which its results are known, with a nonce that no other run returns.
 */
final class Functions {

  /** What each line of a run says before its token. */
  static final String RAN = "ran ";

  /** Each invoker has the calls of some functions only: enough for both to have some. */
  private static final int PLAIN_ONES = 4;

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

  /** Registers them, and returns once they are ready. */
  static Functions register(Api api, URI gateway) throws IOException, InterruptedException {
    Map<Behaviour, List<String>> ids = new EnumMap<>(Behaviour.class);
    for (Behaviour behaviour : Behaviour.values()) {
      String settings =
          "concurrency=16&timeout=20s&retries="
              + behaviour.retries()
              + "&instances="
              + (behaviour == Behaviour.CRASHING ? 2 : 1);
      String code = HEAD.replace("BODY", body(behaviour));
      List<String> registered = new ArrayList<>();
      for (int i = 0; i < (behaviour == Behaviour.ECHO ? PLAIN_ONES : 1); i++) {
        registered.add(api.register(gateway, settings, code));
      }
      ids.put(behaviour, List.copyOf(registered));
    }
    return new Functions(ids);
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

  /** Whether a gateway knows them all. */
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

  /** The function that this client calls for a behaviour: always the same one. */
  String id(Behaviour behaviour, String client) {
    List<String> all = ids.getOrDefault(behaviour, List.of());
    return all.get(Math.floorMod(client.hashCode(), all.size()));
  }
}
