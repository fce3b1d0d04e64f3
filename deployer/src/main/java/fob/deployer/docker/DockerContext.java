package fob.deployer.docker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What all functions of one platform share.
 *
 * @param owner marks the containers of one fob
 * @param held names of the containers that this platform has in hand; others of the same owner were
 *     started by an earlier one
 */
record DockerContext(
    Engine engine, InstanceFiles files, DockerConfig config, String owner, Set<String> held) {

  DockerContext(Engine engine, InstanceFiles files, DockerConfig config, String owner) {
    this(engine, files, config, owner, ConcurrentHashMap.newKeySet());
  }
}
