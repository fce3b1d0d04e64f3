package fob.deployer.process;

import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.FunctionLayer;
import fob.deployer.FunctionSecrets;
import fob.deployer.local.FunctionHost;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.InstanceSecrets;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxOutput;
import fob.deployer.local.Trees;
import fob.deployer.process.Launcher.Launched;
import fob.function.Code;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Limits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one deployed function. Starts its instances. Thread-safe.
 *
 * @param driverFiles the platform's copy of the driver
 * @param layer the dependencies; null if there are none
 * @param user the user id of the sandboxes on the host; empty: fob's own
 */
record FunctionHome(
    FunctionSpec spec,
    Driver driver,
    Path driverFiles,
    Path directory,
    @Nullable Path layer,
    OptionalInt user,
    Launcher launcher,
    SecretsDirectory secretsDirectory,
    InstanceSecrets secrets)
    implements FunctionHost, SandboxJob {

  static final String CODE_FILE = "function";

  static FunctionHome create(
      FunctionSpec spec, CodeSource source, Driver driver, ProcessContext context, int number)
      throws IOException {
    Code code = source.read();
    FunctionLayer layer = source.layer();
    RuntimeDirectory runtime = context.runtime();
    OptionalInt user = context.users().idFor(number);
    Path directory = Trees.directory(runtime.function(number), "rwx------");
    FunctionHome home =
        new FunctionHome(
            spec,
            driver,
            runtime.driver(driver),
            directory,
            layer == null ? null : layer.folder(),
            user,
            context.launcher(),
            runtime.secrets(),
            new InstanceSecrets(source));
    Path codeDirectory = Trees.directory(home.code(), "rwxr-xr-x");
    Trees.file(codeDirectory.resolve(CODE_FILE), code.bytes(), "r--r--r--");
    Trees.give(directory, user);
    return home;
  }

  Path code() {
    return directory.resolve("code");
  }

  /**
   * The id of an instance is unique: the directory has a new number at each deployment, and its
   * parent a new name at each start of fob.
   */
  @Override
  public InstanceLocation location(int number) {
    Path platform = directory.getParent() == null ? directory : directory.getParent();
    Path socket = directory.resolve(number + ".sock");
    String id =
        "%s/%d-%s-%s".formatted(spec.id(), number, directory.getFileName(), platform.getFileName());
    return new InstanceLocation(
        number,
        new Instance(id, URI.create("unix:" + socket)),
        directory.resolve("r" + number),
        socket);
  }

  @Override
  public RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException {
    if (launcher.sharesNetwork(spec.limits())) {
      output.say(
          "it has the host's own network, and so reaches services that are meant for this machine"
              + " alone; GET /api/meta tells why in isolation");
    }
    try {
      Launched launched = launch(location);
      RunningSandbox sandbox =
          new ProcessSandbox(location.instance().id(), launched, launcher, output);
      var _ = sandbox.ended().thenRun(() -> forgetSecrets(location));
      return sandbox;
    } catch (IOException | RuntimeException e) {
      forgetSecrets(location);
      throw e;
    }
  }

  Launched launch(InstanceLocation location) throws IOException {
    Optional<Path> given = secretsOf(location.run());
    if (given.isPresent()) {
      secretsDirectory.warnIfOnDisk();
      secrets.write(location.number(), given.get(), user, "rwx------", "r--------");
    }
    Path run = Trees.directory(location.run(), "rwx------");
    Trees.give(run, user);
    return launcher.launch(this, run, directory.getFileName() + "-" + location.number());
  }

  /**
   * Returns the directory with the secrets of one instance; empty if the function has none.
   *
   * @param run the instance's directory for its socket
   */
  Optional<Path> secretsOf(Path run) {
    return spec.environment().secrets().isEmpty()
        ? Optional.empty()
        : Optional.of(secretsDirectory.of(run));
  }

  private void forgetSecrets(InstanceLocation location) {
    secretsOf(location.run()).ifPresent(Trees::delete);
    secrets.forget(location.number());
  }

  @Override
  public boolean isOutdated(InstanceLocation location) {
    return secrets.isOutdated(location.number());
  }

  @Override
  public Limits limits() {
    return spec.limits();
  }

  @Override
  public Sandbox.Files files(Path run) {
    return new Sandbox.Files(driverFiles, code(), run, secretsOf(run), layer, List.of());
  }

  @Override
  public List<String> program() {
    return driver.args();
  }

  @Override
  public Map<String, String> environment(
      String run, String code, String secretsSeen, String layerSeen) {
    Map<String, String> all = new TreeMap<>(driver.env(spec));
    all.put("FOB_LISTEN", "unix:" + run + "/" + InstanceLocation.SOCKET);
    all.put("FOB_CODE_URL", "file://" + code + "/" + CODE_FILE);
    all.putAll(FunctionSecrets.variables(spec.environment(), "file://" + secretsSeen));
    if (layer != null) {
      all.put("FOB_LAYER_URL", "file://" + layerSeen);
    }
    return all;
  }

  @Override
  public void delete() {
    Trees.delete(directory);
  }
}
