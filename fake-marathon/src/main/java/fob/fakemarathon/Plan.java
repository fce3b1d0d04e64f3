package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The steps that lead from some apps to others. */
final class Plan {

  /** What is done to one app. */
  record Action(String action, String app) {
    static final String START = "StartApplication";
    static final String SCALE = "ScaleApplication";
    static final String RESTART = "RestartApplication";
    static final String STOP = "StopApplication";

    ObjectNode json() {
      return Json.object().put("action", action).put("app", app);
    }
  }

  /** Actions that are done at the same time. */
  record Step(List<Action> actions) {}

  private Plan() {}

  /** First all stops, then all starts with no instance, then the rest in order of dependency. */
  static List<Step> steps(Map<String, Change> changes) {
    List<Action> stops = new ArrayList<>();
    List<Action> starts = new ArrayList<>();
    Map<String, Integer> depths = depths(changes);
    TreeMap<Integer, List<Action>> levels = new TreeMap<>();
    changes.forEach((id, change) -> {
      if (change.after() == null) {
        if (change.before() != null) {
          stops.add(new Action(Action.STOP, id));
        }
      } else if (change.before() == null || !change.after().equals(change.before())) {
        if (change.before() == null) {
          starts.add(new Action(Action.START, id));
        }
        levels
            .computeIfAbsent(depths.getOrDefault(id, 0), depth -> new ArrayList<>())
            .add(new Action(kind(change), id));
      }
    });
    List<Step> steps = new ArrayList<>();
    for (List<Action> actions : List.of(stops, starts)) {
      if (!actions.isEmpty()) {
        steps.add(new Step(actions));
      }
    }
    levels.values().forEach(actions -> steps.add(new Step(actions)));
    return steps;
  }

  private static String kind(Change change) {
    App before = change.before();
    App after = change.after();
    return before == null || after == null || after.hasConfigOf(before)
        ? Action.SCALE
        : Action.RESTART;
  }

  private static Map<String, Integer> depths(Map<String, Change> changes) {
    Map<String, List<String>> dependencies = new TreeMap<>();
    changes.forEach((id, change) -> {
      App after = change.after();
      if (after != null) {
        dependencies.put(id, Json.texts(after.spec().path("dependencies")));
      }
    });
    return Dependencies.depths(dependencies);
  }

  static ObjectNode json(Step step) {
    ObjectNode json = Json.object();
    ArrayNode actions = json.putArray("actions");
    step.actions().forEach(action -> actions.add(action.json()));
    return json;
  }

  static ArrayNode json(List<Step> steps) {
    ArrayNode json = Json.array();
    steps.forEach(step -> json.add(json(step)));
    return json;
  }
}
