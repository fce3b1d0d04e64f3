package fob.deployer.process;

import fob.deployer.local.Trees;
import fob.function.Limits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out by a trial whether functions can have networks of their own here. */
final class NetworkChoice {

  static final String HOST = "the host's own network, with the services meant for it alone";
  private static final String OWN =
      "a network of its own, which reaches other machines but not this one";
  private static final String ADVICE =
      " (it takes slirp4netns and iproute2, as in apt-get install slirp4netns iproute2, and a"
          + " /dev/net/tun that fob's user may open)";

  private static final Logger LOGGER = LoggerFactory.getLogger(NetworkChoice.class);
  private static final Path HOST_RESOLVER = Path.of("/etc/resolv.conf");
  private static final String RESOLVER = "resolv.conf";
  private static final Limits TRIAL =
      new Limits(
          Limits.DEFAULT.timeout(),
          Limits.DEFAULT.concurrency(),
          Limits.DEFAULT.memoryMiB(),
          Limits.DEFAULT.instances(),
          true);

  private NetworkChoice() {}

  /**
   * Gives functions networks of their own if the settings ask for it and it works here.
   *
   * @param isolated a context whose functions use the host's network
   * @throws IOException if the settings demand networks of their own and they do not work; the
   *     context's control groups are deleted then
   */
  static ProcessContext apply(ProcessConfig config, ProcessContext isolated) throws IOException {
    Sandbox sandbox = isolated.launcher().sandbox();
    if (sandbox == null || config.network() == FunctionNetwork.HOST) {
      return isolated;
    }
    try {
      ProcessContext own = withOwnNetwork(isolated, sandbox);
      Preflight.run(own, TRIAL);
      return own;
    } catch (IOException e) {
      if (config.network() == FunctionNetwork.OWN) {
        isolated.launcher().cgroups().ifPresent(Cgroups::delete);
        throw new IOException(
            "functions cannot have networks of their own here, as %s=own says: %s%s"
                .formatted(FunctionNetwork.VARIABLE, e.getMessage(), ADVICE),
            e);
      }
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage() + ADVICE)
          .log("functions with network=true get the host's own network");
      return new ProcessContext(
          isolated.runtime(),
          isolated.users(),
          isolated.launcher(),
          "%s, as networks of their own do not work here: %s".formatted(HOST, e.getMessage()));
    }
  }

  private static ProcessContext withOwnNetwork(ProcessContext isolated, Sandbox sandbox)
      throws IOException {
    Path resolver = isolated.runtime().common().etc().resolve(RESOLVER);
    List<String> host =
        Files.isReadable(HOST_RESOLVER) ? Files.readAllLines(HOST_RESOLVER) : List.of();
    byte[] text = OwnNetwork.resolverConfiguration(host).getBytes(StandardCharsets.UTF_8);
    Trees.file(resolver, text, "r--r--r--");
    List<String> files = new ArrayList<>(sandbox.layout().network());
    files.addAll(List.of("--ro-bind", resolver.toString(), "/etc/" + RESOLVER));
    Launcher launcher = isolated.launcher();
    return new ProcessContext(
        isolated.runtime(),
        isolated.users(),
        new Launcher(
            new Sandbox(
                new HostLayout(sandbox.layout().programs(), files),
                sandbox.common(),
                sandbox.resources(),
                sandbox.limitDataPerProcess()),
            launcher.cgroups(),
            launcher.spawner(),
            Optional.of(new OwnNetwork(isolated.users().canBecomeAnother(), launcher.spawner())),
            launcher.forkBombs()),
        OWN);
  }
}
