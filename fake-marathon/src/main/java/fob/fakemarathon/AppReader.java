package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads apps from requests: types, normalization, rules. Guarded by the core's lock. */
final class AppReader {

  private final Core core;

  AppReader(Core core) {
    this.core = core;
  }

  /** A whole app, normalized and valid; a relative id is relative to the group. */
  ObjectNode whole(JsonNode json, String group) {
    return checked(modern(json), group);
  }

  /**
   * An app after an update.
   *
   * @param id the app's id, whatever the update says
   * @param before the app that is there, if one is
   * @param partial whether fields that the update leaves out stay as they are
   */
  ObjectNode updated(JsonNode json, String id, @Nullable App before, boolean partial) {
    ObjectNode update = modern(json);
    if (update.has("version")) {
      return rollBack(update, before, id);
    }
    ObjectNode merged = partial && before != null ? before.spec().deepCopy() : Json.object();
    merged.setAll(update);
    if (update.has("cmd")) {
      merged.remove(update.has("args") ? List.of() : List.of("args"));
    } else if (update.has("args")) {
      merged.remove("cmd");
    }
    merged.put("id", id);
    return checked(merged, PathId.ROOT);
  }

  private ObjectNode rollBack(ObjectNode update, @Nullable App before, String id) {
    if (!update.deepCopy().without(List.of("version", "id")).isEmpty()) {
      throw Refusal.invalid(
          List.of(
              new Problem(
                  "/version", "The 'version' field may only be combined with the 'id' field.")));
    }
    String version = update.path("version").asText();
    App old = before == null ? null : core.store.versions(id).get(version);
    if (old == null) {
      throw Refusal.of(404, "App '" + id + "' in version '" + version + "' does not exist");
    }
    return old.spec();
  }

  private static ObjectNode modern(JsonNode json) {
    List<Problem> types = AppShape.check(json);
    if (!types.isEmpty()) {
      throw Refusal.wrongTypes(types);
    }
    ObjectNode raw = Json.objectOrEmpty(json);
    List<Problem> old = AppRules.checkOldForm(raw);
    if (!old.isEmpty()) {
      throw Refusal.invalid(old);
    }
    return AppNormalization.modernize(raw);
  }

  private ObjectNode checked(ObjectNode modern, String group) {
    String id = PathId.absolute(modern.path("id").asText(), group);
    String role = core.store.defaultRole(id, core.options.mesosRole);
    ObjectNode app = AppNormalization.complete(modern, group, role);
    List<Problem> problems = AppRules.checkComplete(app, core.rules(), "");
    if (!problems.isEmpty()) {
      throw Refusal.invalid(problems);
    }
    return app;
  }
}
