package fob.deployer.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.FunctionSecrets;
import fob.deployer.image.ImageClient;
import fob.deployer.image.ImageClient.Refusal;
import fob.deployer.image.InitBody;
import fob.deployer.local.DriverClient;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.SandboxOutput;
import fob.deployer.local.Trees;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.Protocol;
import fob.service.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Speaks with images that run a function's code: they listen on a TCP port of the container, and
 * get the code from fob. The address of an instance that is ready is in a file, for the next
 * deployer.
 */
record ImageContact(
    FunctionSpec spec, FunctionCode code, FunctionSecrets secrets, DockerContext context)
    implements Contact {

  private static final Logger LOGGER = LoggerFactory.getLogger(ImageContact.class);
  private static final String ADDRESS = "address";
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(20);
  private static final Duration LONGEST_CHECK = Duration.ofSeconds(10);

  /** How soon a container ends that has closed its connections because it ends. */
  private static final Duration END = Duration.ofSeconds(1);

  @Override
  public InstanceLocation location(int number, String id, Path home) {
    ImageReach reach = new ImageReach(id);
    return new InstanceLocation(
        number, reach.instance(), home.resolve("run"), home.resolve(ADDRESS), reach);
  }

  @Override
  public void prepare() throws IOException {
    if (!spec.limits().network()) {
      InnerNetwork.require(context.engine(), context.owner());
    }
  }

  @Override
  public Conversation with(InstanceLocation location, SandboxOutput output) {
    return new WithImage(location, new ImageOutput(output, InstantSource.system()));
  }

  private final class WithImage implements Conversation {

    private final InstanceLocation location;
    private final ImageOutput output;

    WithImage(InstanceLocation location, ImageOutput output) {
      this.location = location;
      this.output = output;
    }

    @Override
    public SandboxOutput output() {
      return output;
    }

    @Override
    public void started(DockerSandbox sandbox, String container) {
      Thread.ofVirtual()
          .name("fob-init-" + container)
          .start(() -> {
            try {
              converse(sandbox, container);
            } catch (IOException | RuntimeException e) {
              if (!hasEnded(sandbox)) {
                LOGGER.atDebug().addKeyValue("container", container).setCause(e).log("no init");
                output.failed(ImageClient.message(String.valueOf(e.getMessage())));
              }
            }
          });
    }

    /** The sandbox's own thread ends a container that takes too long. */
    private void converse(DockerSandbox sandbox, String container) throws IOException {
      URI address = address(container);
      while (!sandbox.ended().isDone()) {
        Optional<Protocol> protocol = protocol(address);
        if (protocol.isPresent()) {
          initialise(new Instance(location.instance().id(), address, protocol.get()));
          return;
        }
        Threads.pause(BETWEEN_TRIES);
      }
    }

    private Optional<Protocol> protocol(URI address) {
      try {
        return Optional.of(context.images().health(address).protocol());
      } catch (IOException notYet) {
        return Optional.empty();
      }
    }

    private void initialise(Instance instance) throws IOException {
      opened(instance);
      byte[] body = InitBody.of(spec, code.read(), instance.protocol(), secrets);
      Duration longest = context.config().local().startTimeout();
      Optional<Refusal> refusal = context.images().init(instance.address(), body, longest);
      Arrays.fill(body, (byte) 0);
      if (refusal.isPresent()) {
        output.failed(refusal.get().error());
      } else {
        String line = instance.protocol() + " " + instance.address();
        Trees.file(location.socket(), line.getBytes(UTF_8), "rw-------");
        output.ready();
      }
    }

    private void opened(Instance instance) {
      output.speaks(instance.protocol());
      ((ImageReach) location.reach()).opened(instance);
    }

    @Override
    public void found() throws IOException {
      String[] line = Files.readString(location.socket()).split(" ", 2);
      Instance instance =
          new Instance(location.instance().id(), URI.create(line[1]), Protocol.parse(line[0]));
      opened(instance);
      if (instance.protocol() == Protocol.FOB) {
        Health.tell(instance.address(), output);
      } else {
        new DriverClient(LONGEST_CHECK).connect(instance.address());
        output.ready();
      }
    }
  }

  private URI address(String container) throws IOException {
    JsonNode networks =
        context
            .engine()
            .inspect(container)
            .orElseThrow(() -> new IOException("its container has gone"))
            .path("NetworkSettings")
            .path("Networks");
    String host =
        networks
            .valueStream()
            .map(network -> network.path("IPAddress").asText())
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElseThrow(() -> new IOException("its container has no address in a network"));
    return URI.create("http://" + host + ":" + ImageClient.PORT);
  }

  private static boolean hasEnded(DockerSandbox sandbox) {
    try {
      var _ = sandbox.ended().get(END.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException stillThere) {
      return false;
    } catch (ExecutionException neverFails) {
      throw new IllegalStateException(neverFails);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
