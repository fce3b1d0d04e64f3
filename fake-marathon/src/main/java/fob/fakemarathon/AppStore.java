package fob.fakemarathon;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All apps and groups, sorted by id, so that what is below a group is one range. Guarded by the
 * core's lock.
 */
final class AppStore {

  /** What a group is, besides what is in it. */
  record Group(String id, String version, List<String> dependencies, boolean enforceRole) {}

  private final NavigableMap<String, App> apps = new TreeMap<>();
  private final NavigableMap<String, Group> groups = new TreeMap<>();
  private final Map<String, NavigableMap<String, App>> versions = new HashMap<>();
  private final ServicePorts ports;

  AppStore(ServicePorts ports, String version) {
    this.ports = ports;
    groups.put(PathId.ROOT, new Group(PathId.ROOT, version, List.of(), false));
  }

  ServicePorts ports() {
    return ports;
  }

  @Nullable App find(String id) {
    return apps.get(id);
  }

  App get(String id) {
    App app = apps.get(id);
    if (app == null) {
      throw Refusal.unknownApp(id);
    }
    return app;
  }

  Collection<App> all() {
    return apps.values();
  }

  /** The apps below a group, at any depth; a view. */
  Collection<App> below(String group) {
    return below(apps, group).values();
  }

  /** The groups below a group, at any depth; a view. */
  Collection<Group> groupsBelow(String group) {
    return below(groups, group).values();
  }

  // '0' is the character after '/'
  private static <T> NavigableMap<String, T> below(NavigableMap<String, T> map, String group) {
    return group.equals(PathId.ROOT)
        ? map.tailMap(PathId.ROOT, false)
        : map.subMap(group + "/", true, group + "0", false);
  }

  @Nullable Group findGroup(String id) {
    return groups.get(id);
  }

  Group getGroup(String id) {
    Group group = groups.get(id);
    if (group == null) {
      throw Refusal.unknownGroup(id);
    }
    return group;
  }

  void put(App app) {
    App before = apps.put(app.id(), app);
    if (before != null) {
      ports.release(before);
    }
    ports.take(app);
    versions.computeIfAbsent(app.id(), id -> new TreeMap<>()).put(app.version(), app);
    putParents(app.id(), app.version());
  }

  void remove(String id) {
    App before = apps.remove(id);
    if (before != null) {
      ports.release(before);
      versions.remove(id);
    }
  }

  void putGroup(Group group) {
    groups.put(group.id(), group);
    putParents(group.id(), group.version());
  }

  void removeGroup(String id) {
    below(groups, id).clear();
    if (!id.equals(PathId.ROOT)) {
      groups.remove(id);
    }
  }

  private void putParents(String id, String version) {
    for (String parent = PathId.parent(id);
        !groups.containsKey(parent);
        parent = PathId.parent(parent)) {
      groups.put(parent, new Group(parent, version, List.of(), false));
    }
  }

  /** Every version of an app that the store knows, oldest first. */
  NavigableMap<String, App> versions(String id) {
    get(id);
    return versions.getOrDefault(id, new TreeMap<>());
  }

  /** The role of an app that names none: its top group's name where that enforces roles. */
  String defaultRole(String id, String mesosRole) {
    String top = PathId.topGroup(id);
    Group group = groups.get("/" + top);
    return group != null && group.enforceRole() ? top : mesosRole;
  }
}
