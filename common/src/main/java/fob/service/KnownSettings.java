package fob.service;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The variables that some program reads, in the order in which it asks for them. */
final class KnownSettings {

  private final Map<String, Setting> byKey = new LinkedHashMap<>();
  private final TreeSet<String> prefixes = new TreeSet<>();

  void add(Setting setting) {
    byKey.putIfAbsent(setting.key(), setting);
  }

  /** Every variable whose name starts so is known. */
  void addPrefix(String prefix, String meaning) {
    prefixes.add(prefix);
    add(new Setting(prefix + "…", "", meaning));
  }

  void addAll(KnownSettings others) {
    others.byKey.values().forEach(this::add);
    prefixes.addAll(others.prefixes);
  }

  boolean contains(String key) {
    return byKey.containsKey(key) || prefixes.stream().anyMatch(key::startsWith);
  }

  /** What is there instead of a variable that is not. */
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
