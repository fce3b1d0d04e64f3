package fob.service;

import java.util.Map;

/**
 * The environment variables that only the launcher (the shell script {@code fob}) reads. The
 * services accept them, because the launcher passes its environment on.
 */
final class LauncherSettings {

  private LauncherSettings() {}

  /** Returns an environment that knows the launcher's variables. */
  static Env read() {
    Env env = new Env(Map.of());
    env.optional("FOB_JAVA_HOME", "the JDK, 25 or newer");
    env.optional("FOB_JAVA_OPTS", "further JVM flags");
    env.optional("FOB_AOT", "off: neither create nor use the AOT cache");
    env.optional("FOB_JRE_IMAGE", "the base image of fob's image");
    env.optional("FOB_JDK_IMAGE", "the base image of drivers that compile Java");
    env.optional("FOB_BASE_IMAGE", "the base image of the drivers' images");
    return env;
  }
}
