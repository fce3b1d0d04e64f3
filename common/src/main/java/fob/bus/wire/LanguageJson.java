package fob.bus.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.function.Language;
import java.util.ArrayList;
import java.util.List;

/**
 * How code of a language is recognised, as JSON: in {@code language.json}, and in the platform's
 * row of {@code fob.functions}. Every member may be missing.
 */
public final class LanguageJson {

  private LanguageJson() {}

  static ObjectNode write(Language language) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    put(json, "extensions", language.extensions());
    if (!language.shebang().isEmpty()) {
      json.put("shebang", language.shebang());
    }
    put(json, "signs", language.signs());
    put(json, "entries", language.entries());
    put(json, "declares", language.declares());
    put(json, "manifests", language.manifests());
    return json;
  }

  private static void put(ObjectNode json, String member, List<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(json.putArray(member)::add);
    }
  }

  /**
   * Reads what is known of a language.
   *
   * @throws IllegalArgumentException if a member is wrong; the message names it
   */
  public static Language read(String name, JsonNode json) {
    JsonNode shebang = json.path("shebang");
    if (!shebang.isMissingNode() && !shebang.isTextual()) {
      throw new IllegalArgumentException("'shebang' must be a text");
    }
    return new Language(
        name,
        texts(json, "extensions"),
        shebang.asText(),
        texts(json, "signs"),
        texts(json, "entries"),
        texts(json, "declares"),
        texts(json, "manifests"));
  }

  /**
   * Reads a list of texts; empty if it is missing.
   *
   * @throws IllegalArgumentException if it is something else; the message names it
   */
  public static List<String> texts(JsonNode json, String member) {
    JsonNode list = json.path(member);
    List<String> texts = new ArrayList<>();
    if (list.isMissingNode()) {
      return texts;
    }
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        throw new IllegalArgumentException("'" + member + "' must be a list of texts");
      }
      texts.add(text.asText());
    }
    if (!list.isArray()) {
      throw new IllegalArgumentException("'" + member + "' must be a list of texts");
    }
    return texts;
  }
}
