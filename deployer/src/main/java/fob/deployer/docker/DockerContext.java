package fob.deployer.docker;

import fob.deployer.image.ImageClient;
import fob.deployer.local.InstanceLocation;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that all functions of one Docker platform use. Thread-safe.
 *
 * @param owner the label of all containers of one fob
 * @param held the names of the containers that this deployer started or took over; other containers
 *     of the same owner are an earlier deployer's
 * @param images speaks with functions in images of their own
 */
record DockerContext(
    Engine engine,
    InstanceFiles files,
    DockerConfig config,
    String owner,
    Set<String> held,
    ImageClient images) {

  private static final Logger LOGGER = LoggerFactory.getLogger(DockerContext.class);

  DockerContext(Engine engine, InstanceFiles files, DockerConfig config, String owner) {
    this(engine, files, config, owner, ConcurrentHashMap.newKeySet(), new ImageClient());
  }

  /**
   * Removes a container of this deployer, and its files. If the engine refuses, it is done later.
   */
  void remove(String name, InstanceLocation location) {
    try {
      engine.remove(name);
    } catch (IOException e) {
      LOGGER
          .atDebug()
          .addKeyValue("container", name)
          .setCause(e)
          .log("a container could not be removed and is removed later");
    }
    files.delete(location);
    held.remove(name);
  }
}
