package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A running deployment: a plan and how far it is. Guarded by the core's lock. */
final class Deployment {

  private final String id;
  private final String version;
  private final Map<String, Change> changes;
  private final List<Plan.Step> steps;
  private final Set<String> affected = new TreeSet<>();
  private int currentStep;

  Deployment(String id, String version, Map<String, Change> changes, List<Plan.Step> steps) {
    this.id = id;
    this.version = version;
    this.changes = Map.copyOf(changes);
    this.steps = List.copyOf(steps);
    steps.forEach(step -> step.actions().forEach(action -> affected.add(action.app())));
  }

  String id() {
    return id;
  }

  String version() {
    return version;
  }

  Map<String, Change> changes() {
    return changes;
  }

  /** The ids of the apps that this deployment locks. */
  Set<String> affected() {
    return affected;
  }

  boolean hasStep() {
    return currentStep < steps.size();
  }

  List<Plan.Action> actions() {
    return steps.get(currentStep).actions();
  }

  void nextStep() {
    currentStep++;
  }

  ObjectNode planJson() {
    ObjectNode plan = Json.object().put("id", id).put("version", version);
    plan.set("steps", Plan.json(steps));
    return plan;
  }

  ObjectNode currentStepJson() {
    return hasStep() ? Plan.json(steps.get(currentStep)) : Json.object();
  }

  ObjectNode json() {
    ObjectNode json = Json.object().put("id", id).put("version", version);
    json.set("affectedApps", Json.strings(affected));
    json.putArray("affectedPods");
    json.set("steps", Plan.json(steps));
    ArrayNode current = json.putArray("currentActions");
    if (hasStep()) {
      for (Plan.Action action : actions()) {
        current.add(action.json().set("readinessCheckResults", Json.array()));
      }
    }
    return json.put("currentStep", currentStep + 1).put("totalSteps", steps.size());
  }
}
