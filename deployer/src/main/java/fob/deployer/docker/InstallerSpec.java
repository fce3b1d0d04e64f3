package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.deployer.layer.StepRun;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The specification of an installer's container: like that of a function, but with the network of
 * installers, and a place for the output.
 */
final class InstallerSpec {

  private static final String CODE = "/fob/code";

  private InstallerSpec() {}

  /**
   * Returns the body of the request that creates the container.
   *
   * @param imageUser the user that the image names
   */
  static JsonNode body(StepRun run, Template template, String imageUser, DockerContext context) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("Image", template.image());
    body.put("Hostname", "fob");
    body.put("User", ContainerSpec.user(template.user().orElse(imageUser)));
    body.put("WorkingDir", "/tmp");
    body.putArray("Entrypoint").add(""); // none: that of the image might print into the archive
    ArrayNode command = body.putArray("Cmd");
    run.program().forEach(command::add);
    Map<String, String> variables = new TreeMap<>(run.environment());
    variables.putAll(Map.of("LANG", "C.UTF-8", "HOME", "/tmp", "TMPDIR", "/tmp"));
    ArrayNode env = body.putArray("Env");
    variables.forEach((name, value) -> env.add(name + "=" + value));
    body.putObject("Labels").put(Container.OWNER, context.owner()).put(Container.INSTALLER, "true");
    body.set("HostConfig", host(run, template, context.config()));
    return body;
  }

  private static ObjectNode host(StepRun run, Template template, DockerConfig config) {
    ObjectNode host = ContainerSpec.host(run.limits(), template, config);
    host.put("NetworkMode", config.installNetwork());
    String size = Long.toString(run.outputBytes());
    host.withObject("/Tmpfs").put(StepRun.OUTPUT, "nosuid,nodev,mode=0777,size=" + size);
    host.putObject("LogConfig").put("Type", "none"); // the output is no text, and is read at once
    ArrayNode mounts = host.putArray("Mounts");
    mounts.add(ContainerSpec.bind(run.step().code(), CODE).put("ReadOnly", true));
    Path lock = run.step().lock();
    if (lock != null) {
      mounts.add(ContainerSpec.bind(lock, StepRun.LOCK).put("ReadOnly", true));
    }
    return host;
  }
}
