package fob.deployer.marathon.install;

import fob.deployer.Driver;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
import fob.deployer.layer.StepRun;
import fob.deployer.local.Trees;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.MarathonHttp;
import fob.deployer.marathon.app.DriverApp;
import fob.deployer.marathon.app.DriverProbe;
import fob.deployer.marathon.cluster.StatusReasons;
import fob.deployer.marathon.cluster.WriteRate;
import fob.deployer.marathon.config.PlatformContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * Runs installers as apps of a Marathon cluster, a new one for each step. Such an app has the
 * language's image, a network, no secrets, and nothing of other functions. It gets the code or the
 * lock over HTTP, and what it answers is not trusted. Thread-safe.
 */
public final class MarathonInstaller implements Installer, AutoCloseable {

  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final InstallerContext context;
  private final InstallerApps apps;
  private final Path directory;

  /** Its own, as a session cancels the requests of the other one when it ends. */
  private final MarathonHttp http;

  /**
   * @throws IOException if the folder or the file of certificate authorities cannot be used
   */
  public MarathonInstaller(PlatformContext platform, InstallerConfig config) throws IOException {
    this.http = new MarathonHttp(platform.config(), platform.clock());
    MarathonClient client = new MarathonClient(http, platform.config().group());
    DriverProbe probe = new DriverProbe();
    this.context =
        new InstallerContext(
            platform,
            config.settings(),
            client,
            new WriteRate(platform.timings(), platform.clock()),
            probe,
            new StatusReasons(client, probe, platform.clock()),
            new StepClient(config.settings()));
    this.apps = new InstallerApps(context);
    this.directory = Files.createTempDirectory(config.temporary(), "fob-installers-");
  }

  /** Nothing more is known of the agents. Every version of an image should have its own name. */
  @Override
  public String runtimeOf(Driver driver) {
    return "marathon " + DriverApp.image(driver, context.platform().config());
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public InstallSettings settings() {
    return context.settings();
  }

  /** Instances fetch them from a gateway. */
  @Override
  public boolean unpacksLayers() {
    return false;
  }

  @Override
  public void run(Step step, Path output, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory(directory, "step-");
    new InstallerRun(context, apps, new StepRun(step, settings()), scratch).run(output, progress);
  }

  /**
   * Deletes the apps of installers that an earlier deployer of this fob left, or that could not be
   * deleted before.
   *
   * @param listed the apps that there are
   */
  public void removeLeft(Collection<AppView> listed) {
    apps.removeLeft(listed);
  }

  /** Waits up to 10 s until the apps of steps that have just ended are deleted. */
  @Override
  public void close() {
    apps.awaitNone(CLOSE);
    context.steps().close();
    context.probe().close();
    http.cancelAll();
    Trees.delete(directory);
  }
}
