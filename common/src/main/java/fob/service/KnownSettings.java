package fob.service;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The settings that programs have read, in the order of reading. Not thread-safe. */
final class KnownSettings {

  private final Map<String, Setting> byKey = new LinkedHashMap<>();
  private final TreeSet<String> prefixes = new TreeSet<>();

  void add(Setting setting) {
    byKey.putIfAbsent(setting.key(), setting);
  }

  /** Makes every variable known whose name starts with the prefix. */
  void addPrefix(String prefix, String meaning) {
    prefixes.add(prefix);
    add(new Setting(prefix + "…", "", meaning));
  }

  void addAll(KnownSettings more) {
    more.byKey.values().forEach(this::add);
    prefixes.addAll(more.prefixes);
  }

  boolean contains(String key) {
    return byKey.containsKey(key) || prefixes.stream().anyMatch(key::startsWith);
  }

  /** Returns the known name that was probably meant by an unknown one, or else all known names. */
  String hint(String mistyped) {
    Collection<String> names = new TreeSet<>(byKey.keySet());
    return Spelling.nearest(mistyped, names)
        .map(name -> "did you mean " + name + "?")
        .orElseGet(() -> "known are " + String.join(", ", names));
  }

  List<Setting> all() {
    return List.copyOf(byKey.values());
  }
}
