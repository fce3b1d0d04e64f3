package fob.deployer.docker;

import fob.deployer.image.ImageClient;
import fob.deployer.local.Reach;
import fob.function.Instance;
import java.net.URI;

/** Reaches a container at its own address, which the engine gives to it when it starts. */
final class ImageReach implements Reach {

  private static final URI NOWHERE = URI.create("http://0.0.0.0:" + ImageClient.PORT);

  private volatile Instance instance;
  private volatile boolean open;

  ImageReach(String id) {
    this.instance = new Instance(id, NOWHERE);
  }

  /** The instance listens. */
  void opened(Instance at) {
    instance = at;
    open = true;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public String closed() {
    return "its image did not listen on TCP port " + ImageClient.PORT;
  }

  @Override
  public String silent() {
    return "its image did not answer POST /init";
  }

  @Override
  public Instance instance() {
    return instance;
  }

  @Override
  public void delete() {}
}
