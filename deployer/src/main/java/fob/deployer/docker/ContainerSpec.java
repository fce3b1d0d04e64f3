package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.Driver;
import fob.deployer.FunctionLayer;
import fob.deployer.FunctionSecrets;
import fob.deployer.image.ImageVariables;
import fob.deployer.local.Bounds;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.InstanceSecrets;
import fob.deployer.local.SystemCallFilter;
import fob.function.FunctionSpec;
import fob.function.Limits;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The specification of a function's containers, in the form of the Engine API: files, rights and
 * resources. Nothing here touches the machine. Immutable.
 */
final class ContainerSpec {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String NOBODY = "65534:65534";
  private static final String CODE = "/fob/code";
  private static final String RUN = "/fob/run";
  private static final String LAYER = "/fob/layer";

  private static final int SHARES_OF_A_CPU = 1024;
  private static final int FEWEST_SHARES = 2;
  private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);
  private static final int SECONDS_BESIDE_CALLS = 5;

  private final ObjectNode common;
  private final String digest;
  private final @Nullable FunctionLayer layer;

  private ContainerSpec(ObjectNode common, @Nullable FunctionLayer layer) {
    this.common = common;
    this.layer = layer;
    this.digest = InstanceFiles.digest(common.toString());
  }

  /** Makes the specification. The layer is null if the function has no dependencies. */
  static ContainerSpec of(
      FunctionSpec spec,
      Driver driver,
      Template template,
      DockerConfig config,
      @Nullable FunctionLayer layer) {
    ObjectNode body = JSON.objectNode();
    body.put("Image", template.image());
    body.put("Hostname", "fob");
    template.user().ifPresent(user -> body.put("User", user));
    if (!isImage(spec)) { // an image may rely on its own
      body.put("WorkingDir", "/tmp");
      driver.args().forEach(body.putArray("Cmd")::add);
    }
    ArrayNode env = body.putArray("Env");
    environment(spec, driver).forEach((name, value) -> env.add(name + "=" + value));
    if (layer != null) {
      env.add("FOB_LAYER_URL=file://" + LAYER);
      body.putObject("Labels").put(Container.LAYER, layer.layer().name());
    }
    body.put("StopTimeout", spec.limits().timeout().toSeconds() + SECONDS_BESIDE_CALLS);
    ObjectNode host = host(spec.limits(), template, config);
    if (isImage(spec)) {
      host.withObject("/Tmpfs").put(ImageVariables.ACTION, temporary(spec.limits()));
    }
    body.set("HostConfig", host);
    return new ContainerSpec(body, layer);
  }

  /** Root of a container has the rights of the machine's root, less those that are taken away. */
  static String user(String wanted) {
    String name = wanted.split(":", -1)[0];
    return name.isEmpty() || name.equals("root") || name.equals("0") ? NOBODY : wanted;
  }

  /** Whether the function has an image, which gets its code and its secrets from fob. */
  private static boolean isImage(FunctionSpec spec) {
    return spec.upload().image() != null;
  }

  private static Map<String, String> environment(FunctionSpec spec, Driver driver) {
    Map<String, String> all = new TreeMap<>(driver.env(spec));
    if (isImage(spec)) {
      ImageVariables.change(all, spec.limits());
    } else {
      all.put("FOB_LISTEN", "unix:" + RUN + "/" + InstanceLocation.SOCKET);
      all.put("FOB_CODE_URL", "file://" + CODE + "/" + InstanceFiles.CODE_FILE);
      all.putAll(
          FunctionSecrets.variables(spec.environment(), "file://" + InstanceSecrets.DIRECTORY));
    }
    all.putAll(Map.of("LANG", "C.UTF-8", "HOME", "/tmp", "TMPDIR", "/tmp"));
    return all;
  }

  private static String temporary(Limits limits) {
    return "exec,nosuid,nodev,mode=1777,size=" + Bounds.temporaryBytes(limits);
  }

  static ObjectNode host(Limits limits, Template template, DockerConfig config) {
    ObjectNode host = JSON.objectNode();
    if (config.runtime() != null) {
      host.put("Runtime", config.runtime());
    }
    host.put("NetworkMode", limits.network() ? "bridge" : "none");
    host.put("ReadonlyRootfs", true);
    host.putObject("Tmpfs").put("/tmp", temporary(limits));
    host.put("ShmSize", Bounds.temporaryBytes(limits));
    host.putArray("CapDrop").add("ALL");
    host.putArray("SecurityOpt")
        .add("no-new-privileges")
        .add("seccomp=" + SeccompProfile.of(SystemCallFilter.of(limits.network())));
    host.put("PidsLimit", Bounds.mostProcesses(limits) + (template.init() ? 1 : 0));
    host.put("Memory", Bounds.memoryBytes(limits));
    host.put("MemorySwap", Bounds.memoryBytes(limits)); // memory and swap together: no swap
    host.put("NanoCpus", config.cpus().min(limits.cpus()).multiply(NANOS).longValue());
    double weight = template.cpus() * limits.cpus().doubleValue() * SHARES_OF_A_CPU;
    host.put("CpuShares", Math.max(FEWEST_SHARES, (int) Math.round(weight)));
    host.put("Init", template.init());
    host.putObject("RestartPolicy").put("Name", "no");
    ObjectNode log = host.putObject("LogConfig").put("Type", "json-file");
    log.putObject("Config").put("max-size", "5m").put("max-file", "2");
    host.putArray("Ulimits")
        .add(ulimit("nofile", Bounds.OPEN_FILES))
        .add(ulimit("core", 0))
        .add(ulimit("fsize", Bounds.temporaryBytes(limits)));
    return host;
  }

  private static ObjectNode ulimit(String name, long value) {
    return JSON.objectNode().put("Name", name).put("Soft", value).put("Hard", value);
  }

  /** Returns a digest of everything that determines a container, except the image's content. */
  String digest() {
    return digest;
  }

  /**
   * Returns the body of the request that creates one instance's container.
   *
   * @param imageUser the user that the image names
   * @param code the directory with the code
   */
  JsonNode body(
      String owner, FunctionSpec spec, InstanceLocation location, String imageUser, Path code) {
    ObjectNode body = common.deepCopy();
    body.put("User", user(common.path("User").asText(imageUser)));
    body.withObject("/Labels")
        .put(Container.OWNER, owner)
        .put(Container.FUNCTION, spec.id().toString())
        .put(Container.INSTANCE, Integer.toString(location.number()))
        .put(Container.SPEC, digest);
    ObjectNode host = body.withObject("/HostConfig");
    if (!isImage(spec)) {
      ArrayNode mounts = host.putArray("Mounts");
      mounts.add(bind(code, CODE).put("ReadOnly", true)).add(bind(location.run(), RUN));
      if (layer != null) {
        mounts.add(bind(Objects.requireNonNull(layer.folder()), LAYER).put("ReadOnly", true));
      }
    } else if (!spec.limits().network()) {
      host.put("NetworkMode", InnerNetwork.name(owner));
    }
    return body;
  }

  /**
   * Adds secrets to the body of such a request.
   *
   * @param directory the directory with the secrets
   * @param version of the secrets, for a later deployer
   */
  static void addSecrets(JsonNode body, Path directory, String version) {
    body.withObject("/Labels").put(Container.SECRETS, version);
    body.withObject("/HostConfig")
        .withArray("Mounts")
        .add(bind(directory, InstanceSecrets.DIRECTORY).put("ReadOnly", true));
  }

  static ObjectNode bind(Path source, String target) {
    return JSON.objectNode()
        .put("Type", "bind")
        .put("Source", source.toString())
        .put("Target", target);
  }
}
