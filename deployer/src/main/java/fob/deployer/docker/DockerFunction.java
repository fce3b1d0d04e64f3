package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import fob.deployer.local.FunctionHost;
import fob.deployer.local.Output;
import fob.deployer.local.Place;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.StartRefused;
import fob.function.Code;
import fob.function.FunctionSpec;
import fob.function.Instance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts and finds the containers of one function. Thread-safe. */
final class DockerFunction implements FunctionHost {

  private static final Logger LOGGER = LoggerFactory.getLogger(DockerFunction.class);

  private final FunctionSpec spec;
  private final Code code;
  private final Driver driver;
  private final Site site;
  private volatile boolean found;

  DockerFunction(FunctionSpec spec, Code code, Driver driver, Site site) {
    this.spec = spec;
    this.code = code;
    this.driver = driver;
    this.site = site;
  }

  @Override
  public FunctionSpec spec() {
    return spec;
  }

  /** Whether all containers of the function that are wanted are in hand. */
  boolean hasFound() {
    return found;
  }

  @Override
  public Place place(int number) {
    return place(number, "%08x".formatted(RandomGenerator.getDefault().nextInt()));
  }

  private Place place(int number, String suffix) {
    Path home = site.files().of(suffix);
    Path socket = home.resolve(Place.SOCKET);
    String id = "%s/%d-%s".formatted(spec.id(), number, suffix);
    return new Place(
        number, new Instance(id, URI.create("unix:" + socket)), home.resolve("run"), socket);
  }

  /** Of the container, by the place. */
  private static String name(Place place) {
    return "fob-" + place.instance().id().replace('/', '-');
  }

  @Override
  public RunningSandbox start(Place place, Output output) throws IOException {
    Template template = template();
    JsonNode image = image(template).orElseThrow(() -> missing(template));
    String name = name(place);
    Instant before = Instant.now();
    site.held().add(name);
    try {
      site.files().create(place, code);
      String user = image.path("Config").path("User").asText();
      JsonNode body =
          containerSpec(template).body(site.owner(), spec, place, user, site.files().code(place));
      site.engine().create(name, body);
      site.engine().start(name);
      return DockerSandbox.follow(site, name, place, output, before);
    } catch (IOException | RuntimeException e) {
      discard(name, place);
      throw refusal(e, template);
    }
  }

  private IOException refusal(Exception e, Template template) {
    return switch (e) {
      case EngineError error when error.isNotFound() -> missing(template);
      case EngineError error -> new IOException("the Docker engine says: " + error.getMessage());
      case EngineAway away -> StartRefused.waitingFor(away.awaited());
      case IOException io -> io;
      default -> new IOException(e);
    };
  }

  private void discard(String name, Place place) {
    try {
      site.engine().remove(name);
    } catch (IOException e) {
      LOGGER.atDebug().addKeyValue("container", name).setCause(e).log("left for later");
    }
    site.files().delete(place);
    site.held().remove(name);
  }

  private Template template() throws StartRefused {
    return Template.of(driver)
        .orElseThrow(() ->
            StartRefused.untilSomebodyHelps(
                "the driver of '%s' names no image for Docker (container.docker.image in its driver.json)"
                    .formatted(driver.language())));
  }

  private static StartRefused missing(Template template) {
    return StartRefused.untilSomebodyHelps(template.imageIsMissing());
  }

  private Optional<JsonNode> image(Template template) throws IOException {
    try {
      return site.engine().image(template.image());
    } catch (EngineError | EngineAway e) {
      throw refusal(e, template);
    }
  }

  private ContainerSpec containerSpec(Template template) {
    return ContainerSpec.of(spec, driver, template, site.config().cpus());
  }

  @Override
  public List<Place> find() throws StartRefused {
    try {
      List<Place> places = new ArrayList<>();
      for (Container container : left()) {
        Place place = place(container.number(), container.suffix());
        if (places.size() < spec.limits().instances() && isOfUse(container, place)) {
          places.add(place);
        } else {
          LOGGER.atInfo().addKeyValue("container", container.name()).log("of no use any more");
          discard(container.name(), place);
        }
      }
      places.forEach(place -> site.held().add(name(place)));
      found = true;
      return places;
    } catch (StartRefused refused) {
      throw refused;
    } catch (EngineAway away) {
      throw StartRefused.waitingFor(away.awaited());
    } catch (IOException e) {
      throw StartRefused.waitingFor("the Docker engine, which says: " + e.getMessage());
    }
  }

  private List<Container> left() throws IOException {
    return Container.of(site.owner(), spec.id(), site.engine()).stream()
        .filter(container -> !site.held().contains(container.name()))
        .toList();
  }

  /** One that was still starting is not: nobody depends on it yet. */
  private boolean isOfUse(Container container, Place place) throws IOException {
    Template template = template();
    return container.running()
        && Files.exists(place.socket())
        && container.spec().equals(containerSpec(template).digest())
        && image(template)
            .map(now -> container.imageId().equals(now.path("Id").asText()))
            .orElse(true);
  }

  @Override
  public RunningSandbox adopt(Place place, Output output) throws IOException {
    String name = name(place);
    Instant before = Instant.now();
    DockerSandbox sandbox = DockerSandbox.follow(site, name, place, output, before);
    try {
      Health.tell(place.socket(), output);
      return sandbox;
    } catch (IOException e) {
      sandbox.kill();
      throw new IOException("the driver does not say how it is: " + e.getMessage(), e);
    }
  }

  /** Each instance takes its own files with it. */
  @Override
  public void delete() {}
}
