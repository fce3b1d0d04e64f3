package fob.deployer.docker;

import fob.deployer.local.InstanceLocation;
import fob.deployer.local.SandboxOutput;
import fob.function.Instance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Speaks with drivers of fob: they load the code by themselves, and listen at a Unix socket. */
final class SocketContact implements Contact {

  @Override
  public InstanceLocation location(int number, String id, Path home) {
    Path socket = home.resolve(InstanceLocation.SOCKET);
    return new InstanceLocation(
        number, new Instance(id, URI.create("unix:" + socket)), home.resolve("run"), socket);
  }

  @Override
  public Conversation with(InstanceLocation location, SandboxOutput output) {
    return new Conversation() {
      @Override
      public SandboxOutput output() {
        return output;
      }

      @Override
      public void started(DockerSandbox sandbox, String container) {}

      @Override
      public void found() throws IOException {
        Health.tell(location.instance().address(), output);
      }
    };
  }
}
