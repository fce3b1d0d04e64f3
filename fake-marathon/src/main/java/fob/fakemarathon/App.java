package fob.fakemarathon;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One version of an app.
 *
 * @param spec normalized; never changed once it is in here
 * @param version when this version was made
 * @param lastScalingAt the version that last changed the number of instances
 * @param lastConfigChangeAt the version that last changed anything else; tasks launched before it
 *     have to go
 */
record App(ObjectNode spec, String version, String lastScalingAt, String lastConfigChangeAt) {

  static App created(ObjectNode spec, String version) {
    return new App(spec, version, version, version);
  }

  String id() {
    return spec.path("id").asText();
  }

  int instances() {
    return spec.path("instances").asInt();
  }

  boolean hasHealthChecks() {
    return !spec.path("healthChecks").isEmpty();
  }

  /** What this app becomes with another spec; itself when that says the same. */
  App changedTo(ObjectNode other, String newVersion) {
    if (other.equals(spec)) {
      return this;
    }
    if (other.deepCopy().without("instances").equals(spec.deepCopy().without("instances"))) {
      return new App(other, newVersion, newVersion, lastConfigChangeAt);
    }
    return new App(other, newVersion, lastScalingAt, newVersion);
  }

  App restarted(String newVersion) {
    return new App(spec, newVersion, lastScalingAt, newVersion);
  }

  boolean hasConfigOf(App other) {
    return lastConfigChangeAt.equals(other.lastConfigChangeAt);
  }
}
