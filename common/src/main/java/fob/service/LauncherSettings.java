package fob.service;

import java.util.Map;

/** The variables of the launcher, a shell script, which the services do not read. */
final class LauncherSettings {

  private LauncherSettings() {}

  static Env read() {
    Env env = new Env(Map.of());
    env.optional("FOB_JAVA_HOME", "the JDK, 25 or newer");
    env.optional("FOB_JAVA_OPTS", "further JVM flags");
    env.optional("FOB_AOT", "off: neither make nor use the AOT cache");
    env.optional("FOB_JRE_IMAGE", "the image that fob's starts from");
    env.optional("FOB_BASE_IMAGE", "the image that the drivers' start from");
    return env;
  }
}
