package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.local.FunctionHost;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.InstanceSecrets;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxOutput;
import fob.deployer.local.StartRefused;
import fob.function.Code;
import fob.function.FunctionSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and finds the containers of one function. Thread-safe. */
final class DockerFunction implements FunctionHost {

  private static final Logger LOGGER = LoggerFactory.getLogger(DockerFunction.class);

  private final FunctionSpec spec;
  private final FunctionCode code;
  private final Driver driver;
  private final DriverImage image;
  private final DockerContext context;
  private final InstanceSecrets secrets;
  private final Contact contact;
  private volatile boolean found;

  DockerFunction(FunctionSpec spec, CodeSource code, Driver driver, DockerContext context) {
    this.spec = spec;
    this.code = new FunctionCode(code);
    this.driver = driver;
    this.image = new DriverImage(driver, context.engine());
    this.context = context;
    this.secrets = new InstanceSecrets(code);
    this.contact =
        spec.upload().image() == null
            ? new SocketContact()
            : new ImageContact(spec, this.code, code.secrets(), context);
  }

  @Override
  public FunctionSpec spec() {
    return spec;
  }

  /** Whether the search for an earlier deployer's containers is over. */
  boolean hasFound() {
    return found;
  }

  @Override
  public InstanceLocation location(int number) {
    return location(number, "%08x".formatted(RandomGenerator.getDefault().nextInt()));
  }

  private InstanceLocation location(int number, String suffix) {
    String id = "%s/%d-%s".formatted(spec.id(), number, suffix);
    return contact.location(number, id, context.files().of(suffix));
  }

  @Override
  public RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException {
    Template template = image.template();
    JsonNode inspected = image.inspect(template).orElseThrow(() -> DriverImage.missing(template));
    Code toRun = code.read();
    String name = Container.name(location);
    Instant before = Instant.now();
    context.held().add(name);
    try {
      context.files().create(location, toRun);
      Optional<String> version = giveSecrets(location);
      String user = inspected.path("Config").path("User").asText();
      JsonNode body =
          containerSpec(template)
              .body(context.owner(), spec, location, user, context.files().code(location));
      version.ifPresent(
          text -> ContainerSpec.addSecrets(body, context.files().secrets(location), text));
      contact.prepare();
      context.engine().create(name, body);
      context.engine().start(name);
      Contact.Conversation conversation = contact.with(location, output);
      DockerSandbox sandbox =
          follow(
              name,
              location,
              conversation.output(),
              LogPosition.startingAt(InstanceFiles.position(location), before));
      conversation.started(sandbox, name);
      return sandbox;
    } catch (IOException | RuntimeException e) {
      context.remove(name, location);
      throw DriverImage.refusal(e, template);
    }
  }

  private DockerSandbox follow(
      String name, InstanceLocation location, SandboxOutput output, LogPosition since) {
    DockerSandbox sandbox = DockerSandbox.follow(context, name, location, output, since);
    var _ = sandbox.ended().thenRun(() -> secrets.forget(location.number()));
    return sandbox;
  }

  private Optional<String> giveSecrets(InstanceLocation location) throws IOException {
    return spec.environment().secrets().isEmpty()
        ? Optional.empty()
        : Optional.of(
            secrets.write(
                location.number(),
                context.files().secrets(location),
                OptionalInt.empty(),
                "r-xr-xr-x",
                "r--r--r--"));
  }

  @Override
  public boolean isOutdated(InstanceLocation location) {
    return secrets.isOutdated(location.number());
  }

  private ContainerSpec containerSpec(Template template) {
    return ContainerSpec.of(spec, driver, template, context.config(), code.layer());
  }

  @Override
  public List<InstanceLocation> find() throws StartRefused {
    try {
      List<InstanceLocation> locations = new ArrayList<>();
      for (Container container : left()) {
        InstanceLocation location = location(container.number(), container.suffix());
        if (locations.size() < spec.limits().instances() && isOfUse(container, location)) {
          locations.add(location);
          secrets.has(location.number(), container.secrets());
        } else {
          LOGGER
              .atInfo()
              .addKeyValue("container", container.name())
              .log("a container of an earlier deployer is of no use and is removed");
          context.remove(container.name(), location);
        }
      }
      locations.forEach(location -> context.held().add(Container.name(location)));
      found = true;
      return locations;
    } catch (StartRefused refused) {
      throw refused;
    } catch (EngineAway away) {
      throw StartRefused.waitingFor(away.awaited());
    } catch (IOException e) {
      throw StartRefused.waitingFor("the Docker engine, which says: " + e.getMessage());
    }
  }

  private List<Container> left() throws IOException {
    return Container.of(context.owner(), spec.id(), context.engine()).stream()
        .filter(container -> !context.held().contains(container.name()))
        .toList();
  }

  /** A container that was still starting is of no use: no caller depends on it yet. */
  private boolean isOfUse(Container container, InstanceLocation location) throws IOException {
    Template template = image.template();
    return container.running()
        && Files.exists(location.socket())
        && container.spec().equals(containerSpec(template).digest())
        && image
            .inspect(template)
            .map(now -> container.imageId().equals(now.path("Id").asText()))
            .orElse(true);
  }

  @Override
  public RunningSandbox adopt(InstanceLocation location, SandboxOutput output) throws IOException {
    String name = Container.name(location);
    LogPosition position = LogPosition.left(InstanceFiles.position(location), Instant.now());
    Contact.Conversation conversation = contact.with(location, output);
    DockerSandbox sandbox = follow(name, location, conversation.output(), position);
    try {
      conversation.found();
      return sandbox;
    } catch (IOException e) {
      sandbox.kill();
      throw new IOException("the driver does not answer whether it is ready: " + e.getMessage(), e);
    }
  }

  /** Does nothing: the files of each instance are deleted with the instance. */
  @Override
  public void delete() {}
}
