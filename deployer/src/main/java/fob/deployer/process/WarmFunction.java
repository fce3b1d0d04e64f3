package fob.deployer.process;

import fob.deployer.FunctionSecrets;
import fob.deployer.image.InitBody;
import fob.deployer.local.FunctionHost;
import fob.deployer.local.InstanceLocation;
import fob.deployer.local.RunningSandbox;
import fob.deployer.local.SandboxOutput;
import fob.function.Code;
import fob.function.FunctionSpec;
import fob.function.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function whose instances get warm sandboxes if it fits into one and there is one, and sandboxes
 * of their own otherwise. Thread-safe.
 *
 * @param startTimeout how long loading the code may take
 */
record WarmFunction(FunctionHome home, WarmSandboxes warm, Duration startTimeout)
    implements FunctionHost {

  private static final Logger LOGGER = LoggerFactory.getLogger(WarmFunction.class);

  @Override
  public RunningSandbox start(InstanceLocation location, SandboxOutput output) throws IOException {
    Optional<RunningSandbox> taken =
        WarmJob.fits(home.spec(), home.layer()) ? take(location, output) : Optional.empty();
    RunningSandbox started = taken.isPresent() ? taken.get() : home.start(location, output);
    warm.keep(home.driver());
    return started;
  }

  private Optional<RunningSandbox> take(InstanceLocation location, SandboxOutput output)
      throws IOException {
    Code code = new Code(Files.readAllBytes(home.code().resolve(FunctionHome.CODE_FILE)));
    if (!isText(code)) {
      return Optional.empty();
    }
    byte[] body = InitBody.of(home.spec(), code, Protocol.FOB, FunctionSecrets.NONE);
    Optional<WarmSandbox> taken = warm.take(home.driver());
    if (taken.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(taken.get().give(location, output, body, startTimeout));
    } catch (IOException e) {
      LOGGER.atWarn().setCause(e).log("a warm sandbox cannot be used, and is replaced");
      taken.get().kill();
      return Optional.empty();
    }
  }

  /** The body of {@code POST /init} has the code as text, from which others could not be made. */
  private static boolean isText(Code code) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(code.bytes()));
      return true;
    } catch (CharacterCodingException binary) {
      return false;
    }
  }

  @Override
  public FunctionSpec spec() {
    return home.spec();
  }

  @Override
  public InstanceLocation location(int number) {
    return home.location(number);
  }

  @Override
  public boolean isOutdated(InstanceLocation location) {
    return home.isOutdated(location);
  }

  @Override
  public void delete() {
    home.delete();
  }
}
