package fob.deployer.marathon.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.Driver;
import fob.deployer.layer.StepRun;
import fob.deployer.marathon.api.AppLabels;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.DriverApp;
import fob.deployer.marathon.app.TemporaryFiles;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.Limits;
import java.time.Duration;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * The Marathon app of one step of an installer. Its command is the language's installer as a server
 * (drivers/CONTRACT.md). Immutable.
 *
 * @param id {@code <group>/i-<random>}, which is no id of a function's app
 * @param memoryMiB what its task asks for
 * @param json the whole spec; must not be changed
 */
record InstallerApp(String id, int memoryMiB, JsonNode json) {

  private static final String PREFIX = "/i-";

  /** The rest of the memory may be files in {@code /tmp}. */
  private static final int OWN_MEMORY_MIB = 256;

  /** A task that has ended has failed. Marathon would start another one before the app is gone. */
  private static final Duration NO_SECOND_TASK = Duration.ofHours(1);

  private static final int KILL_SECONDS = 5;
  private static final int CHECK_SECONDS = 5;
  private static final int CHECK_TIMEOUT_SECONDS = 10;

  /**
   * Makes the app of a step.
   *
   * @param owner the value of the owner label
   * @param tokenSha256 the checksum of the token with which the step is to be posted
   */
  static InstallerApp of(StepRun run, MarathonConfig config, String owner, String tokenSha256) {
    Driver driver = run.step().driver();
    Limits limits = run.limits();
    TemporaryFiles temporary = new TemporaryFiles(limits.memoryMiB() - OWN_MEMORY_MIB, true);
    ObjectNode app = DriverApp.of(driver, limits, temporary, config);
    String id = config.group() + PREFIX + HexFormat.of().toHexDigits(random());
    app.put("id", id);
    app.put("instances", 1);
    app.put("taskKillGracePeriodSeconds", KILL_SECONDS);
    app.put("backoffSeconds", NO_SECOND_TASK.toSeconds());
    app.put("maxLaunchDelaySeconds", NO_SECOND_TASK.toSeconds());
    app.remove("cmd");
    ArrayNode args = app.putArray("args");
    driver.file().install().forEach(args::add);
    args.add("serve");
    ObjectNode env = app.putObject("env");
    env.put("FOB_LISTEN", DriverApp.LISTEN);
    env.put("FOB_INSTALL_TOKEN_SHA256", tokenSha256);
    env.put("LANG", "C.UTF-8").put("HOME", "/tmp").put("TMPDIR", "/tmp");
    ObjectNode labels = app.withObjectProperty("labels");
    labels.put(AppLabels.OWNER, owner);
    labels.put(AppLabels.INSTALLER, run.step().verb());
    health(app.putArray("healthChecks").addObject());
    return new InstallerApp(id, limits.memoryMiB(), app);
  }

  private static long random() {
    return RandomGenerator.getDefault().nextLong();
  }

  /** Failures do not end the task, since a step may take all of the processor. */
  private static void health(ObjectNode check) {
    check.put("protocol", "MESOS_HTTP").put("path", "/health").put("portIndex", 0);
    check.put("delaySeconds", 1);
    check.put("intervalSeconds", CHECK_SECONDS);
    check.put("timeoutSeconds", CHECK_TIMEOUT_SECONDS);
    check.put("maxConsecutiveFailures", 0);
  }

  /** Whether an app is that of an installer of this fob. */
  static boolean is(AppView app, MarathonConfig config, String owner) {
    return app.id().startsWith(config.group() + PREFIX) && app.owner().equals(owner);
  }
}
