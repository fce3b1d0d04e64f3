package fob.gateway.function;

import fob.function.FunctionName;
import fob.gateway.http.Parameters;
import fob.gateway.http.Problem;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;

/** The query parameters of a registration, which are its settings as text. */
record RegistrationQuery(Map<String, String> parameters) {

  /**
   * Reads the query of a request.
   *
   * @throws Problem if it is malformed
   */
  static RegistrationQuery of(Context http) {
    try {
      return new RegistrationQuery(
          Parameters.parse(
              Objects.requireNonNullElse(http.queryString(), ""), EnvironmentSettings.SECRET));
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /**
   * Adds the settings of a form.
   *
   * @throws Problem if it is not such JSON, or a setting is given twice
   */
  RegistrationQuery with(byte[] json) {
    try {
      return new RegistrationQuery(EnvironmentSettings.merge(parameters, json));
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  /** The function's name; empty if there is none, or none that a function can have. */
  String name() {
    String name = parameters.getOrDefault("name", "");
    return FunctionName.isValid(name) ? name : "";
  }

  /**
   * @throws Problem naming every setting that is wrong
   */
  RegistrationSettings settings() {
    try {
      return RegistrationSettings.from(parameters);
    } catch (IllegalArgumentException e) {
      throw refused(e);
    }
  }

  private static Problem refused(IllegalArgumentException why) {
    return Problem.ofGateway(400, "bad-settings", why);
  }
}
