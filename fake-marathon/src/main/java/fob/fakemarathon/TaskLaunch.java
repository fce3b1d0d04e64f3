package fob.fakemarathon;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A task to start.
 *
 * @param taskId Mesos' id of the task
 * @param version the app's version
 * @param app the app's normalized spec, which must not be changed
 */
public record TaskLaunch(String taskId, String version, JsonNode app) {

  /** The app's id, with its slash. */
  public String appId() {
    return app.path("id").asText();
  }
}
