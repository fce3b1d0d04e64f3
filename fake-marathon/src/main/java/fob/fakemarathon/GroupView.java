package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A group with all that is in it, as answers show it. Guarded by the core's lock. */
final class GroupView {

  private static final List<String> DEFAULTS = List.of("group.groups", "group.apps", "group.pods");

  private final Core core;

  GroupView(Core core) {
    this.core = core;
  }

  /** Takes time in proportion to what is in the group, as each thing finds its parent by id. */
  ObjectNode show(AppStore.Group root, Collection<String> asked) {
    Collection<String> names = asked.isEmpty() ? DEFAULTS : asked;
    Embeds apps = Embeds.ofApps(names);
    boolean withApps = names.contains("group.apps");
    Map<String, ObjectNode> nodes = new HashMap<>();
    ObjectNode top = node(root, nodes);
    if (names.contains("group.groups")) {
      for (AppStore.Group group : core.store.groupsBelow(root.id())) {
        // sorted by id, so a parent comes before what is in it
        ObjectNode parent = nodes.get(PathId.parent(group.id()));
        if (parent != null) {
          array(parent, "groups").add(node(group, nodes));
        }
      }
    }
    if (withApps) {
      for (App app : core.store.below(root.id())) {
        ObjectNode parent = nodes.get(PathId.parent(app.id()));
        if (parent != null) {
          array(parent, "apps").add(core.view.show(app, apps));
        }
      }
    }
    return top;
  }

  private static ArrayNode array(ObjectNode parent, String field) {
    return parent.withArray("/" + field);
  }

  private static ObjectNode node(AppStore.Group group, Map<String, ObjectNode> nodes) {
    ObjectNode node = Json.object().put("id", group.id());
    node.putArray("apps");
    node.putArray("groups");
    node.putArray("pods");
    node.set("dependencies", Json.strings(group.dependencies()));
    node.put("version", group.version());
    node.put("enforceRole", group.enforceRole());
    nodes.put(group.id(), node);
    return node;
  }
}
