package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules for a group with all that is in it. */
final class GroupRules {

  private GroupRules() {}

  static List<Problem> check(JsonNode group, AppRules.Setting setting) {
    List<Problem> problems = new ArrayList<>();
    Map<String, List<String>> dependencies = new LinkedHashMap<>();
    collect(group, PathId.ROOT, "", setting, problems, dependencies);
    inherit(dependencies);
    if (Dependencies.haveCycle(dependencies)) {
      problems.add(new Problem("/", "Dependency graph has cyclic dependencies."));
    }
    return problems;
  }

  private static void collect(
      JsonNode group,
      String parent,
      String path,
      AppRules.Setting setting,
      List<Problem> problems,
      Map<String, List<String>> dependencies) {
    if (!group.path("id").isTextual()) {
      problems.add(new Problem(path + "/id", "must be a string"));
      return;
    }
    String id = PathId.absolute(group.path("id").asText(), parent);
    if (!id.equals(PathId.ROOT)) {
      problems.addAll(PathId.check(id, path + "/id"));
    }
    if (!parent.equals(PathId.ROOT) && !PathId.isUnder(id, parent)) {
      problems.add(new Problem(path + "/id", "must be inside the group " + parent));
    }
    dependencies.put(id, absolute(group.path("dependencies"), PathId.parent(id)));
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < group.path("apps").size(); i++) {
      String appPath = path + "/apps(" + i + ")";
      ObjectNode app = Json.objectOrEmpty(group.path("apps").get(i)).deepCopy();
      String appId = PathId.absolute(app.path("id").asText(), id);
      if (app.path("id").isTextual()) {
        app.put("id", appId);
      }
      if (group.path("enforceRole").asBoolean()) {
        Json.putDefault(app, "role", PathId.topGroup(appId));
      }
      for (Problem problem : AppRules.check(app, setting)) {
        String rest = problem.path().equals("/") ? "" : problem.path();
        problems.add(new Problem(appPath + rest, problem.message()));
      }
      if (!PathId.isUnder(appId, id)) {
        problems.add(new Problem(appPath + "/id", "must be inside the group " + id));
      }
      if (!ids.add(appId)) {
        problems.add(new Problem(path + "/apps", "Elements must be unique: " + appId));
      }
      dependencies.put(appId, absolute(app.path("dependencies"), id));
    }
    for (int i = 0; i < group.path("groups").size(); i++) {
      String childPath = path + "/groups(" + i + ")";
      collect(group.path("groups").get(i), id, childPath, setting, problems, dependencies);
    }
  }

  // what a group depends on, all that is in it depends on
  private static void inherit(Map<String, List<String>> dependencies) {
    dependencies.replaceAll((id, own) -> {
      List<String> all = new ArrayList<>(own);
      for (String at = id; !at.equals(PathId.ROOT); at = PathId.parent(at)) {
        if (!at.equals(id)) {
          all.addAll(dependencies.getOrDefault(at, List.of()));
        }
      }
      return all;
    });
  }

  private static List<String> absolute(JsonNode ids, String group) {
    return Json.texts(ids).stream().map(id -> PathId.absolute(id, group)).toList();
  }
}
