package fob.gateway.http;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Named parameters in a query string, in either of two forms: {@code ?param1:1,param2:1} and {@code
 * ?param1=1&param2=1}. The first ':' or '=' decides which form it is. Values are percent-decoded
 * strings; a comma or a colon in a value of the first form is written {@code %2C} or {@code %3A}, a
 * '+' is a '+' there and a space in the second form.
 */
public final class Parameters {

  private static final char COLON = ':';
  private static final char EQUALS = '=';

  private Parameters() {}

  /**
   * The parameters in the query of a request.
   *
   * @throws Problem 400 if the query is malformed
   */
  public static Map<String, String> of(Context http) {
    try {
      return parse(Objects.requireNonNullElse(http.queryString(), ""));
    } catch (IllegalArgumentException e) {
      throw Problem.ofGateway(400, "bad-request", e);
    }
  }

  /**
   * Reads a raw query string.
   *
   * @throws IllegalArgumentException if the query is malformed; the message names the parameter
   */
  public static Map<String, String> parse(String query) {
    return parse(query, "");
  }

  /**
   * Reads a raw query string in which one parameter may be given several times.
   *
   * @param list the name of that parameter; its values are joined with commas
   * @throws IllegalArgumentException if the query is malformed; the message names the parameter
   */
  public static Map<String, String> parse(String query, String list) {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (query.isEmpty()) {
      return parameters;
    }
    char separator = separator(query);
    int position = 0;
    for (String part : query.split(separator == EQUALS ? "&" : ",", -1)) {
      position++;
      int at = part.indexOf(separator);
      if (at <= 0) {
        throw new IllegalArgumentException(
            "parameter %d, '%s': expected name%cvalue".formatted(position, part, separator));
      }
      String name;
      String value;
      try {
        name = decode(part.substring(0, at), separator);
        value = decode(part.substring(at + 1), separator);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "parameter %d, '%s': %s".formatted(position, part, e.getMessage()), e);
      }
      String before = parameters.put(name, value);
      if (before != null && name.equals(list)) {
        parameters.put(name, before + "," + value);
      } else if (before != null) {
        throw new IllegalArgumentException(
            "parameter %d, '%s': given twice".formatted(position, name));
      }
    }
    return parameters;
  }

  private static char separator(String query) {
    for (int i = 0; i < query.length(); i++) {
      char c = query.charAt(i);
      if (c == COLON || c == EQUALS) {
        return c;
      }
    }
    throw new IllegalArgumentException(
        "the query '%s' has no parameter: expected ?name:value,name:value or ?name=value&name=value"
            .formatted(query));
  }

  private static String decode(String text, char separator) {
    return UrlText.decode(separator == EQUALS ? text.replace('+', ' ') : text);
  }
}
