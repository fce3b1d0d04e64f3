package fob.fakemarathon;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an answer holds besides the definitions: the {@code embed} parameters of a request. */
record Embeds(Set<String> names) {

  private static final List<String> PREFIXES = List.of("group.apps.", "apps.", "app.");

  /** For apps: names without their interchangeable prefixes; unknown ones match nothing. */
  static Embeds ofApps(Collection<String> asked, String... always) {
    Set<String> names = new HashSet<>(List.of(always));
    for (String embed : asked) {
      names.add(withoutPrefix(embed));
    }
    return new Embeds(names);
  }

  private static String withoutPrefix(String embed) {
    for (String prefix : PREFIXES) {
      if (embed.startsWith(prefix)) {
        return embed.substring(prefix.length());
      }
    }
    return embed;
  }

  boolean has(String name) {
    return names.contains(name);
  }
}
