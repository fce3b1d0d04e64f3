package fob.deployer.docker;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes containers and files that earlier deployers of the same owner have left and this one did
 * not take over. Thread-safe.
 */
final class Sweeper {

  private static final Logger LOGGER = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final DockerContext context;

  Sweeper(DockerContext context) {
    this.context = context;
  }

  /** Removes the containers that match. If the engine does not answer, nothing happens. */
  void removeContainers(Predicate<Container> leftOver) {
    try {
      for (Container container : Container.of(context.owner(), context.engine())) {
        if (!context.held().contains(container.name()) && leftOver.test(container)) {
          LOGGER
              .atInfo()
              .addKeyValue("container", container.name())
              .log("a container of an earlier deployer is removed");
          context.engine().remove(container.engineId());
          context.files().delete(container.suffix());
        }
      }
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot look for containers of earlier deployers");
    }
  }

  /** Removes the containers of installers that earlier deployers left running. */
  void removeInstallers() {
    try {
      for (String name : Container.installers(context.owner(), context.engine())) {
        if (!context.held().contains(name)) {
          LOGGER
              .atInfo()
              .addKeyValue("container", name)
              .log("an installer of an earlier deployer is removed");
          context.engine().remove(name);
        }
      }
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot look for installers of earlier deployers");
    }
  }

  /** Removes the files of instances that have no container. */
  void removeFiles() {
    try {
      Set<String> orphans = new HashSet<>(context.files().all());
      Container.of(context.owner(), context.engine())
          .forEach(each -> orphans.remove(each.suffix()));
      context.held().forEach(name -> orphans.remove(name.substring(name.lastIndexOf('-') + 1)));
      orphans.forEach(context.files()::delete);
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot look for containers of earlier deployers");
    }
  }

  /** Ends all containers of the owner, within a few seconds, and removes all that is there. */
  void stopAll() {
    stopContainers();
    try {
      context.engine().removeNetwork(InnerNetwork.name(context.owner()));
    } catch (IOException e) {
      LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("a network is left");
    }
    context.files().deleteAll();
  }

  private void stopContainers() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Container> all = Container.of(context.owner(), context.engine());
      all.forEach(container -> each.execute(() -> stop(container)));
      for (String name : Container.installers(context.owner(), context.engine())) {
        context.engine().remove(name);
      }
    } catch (IOException e) {
      LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("containers are left running");
    }
  }

  private void stop(Container container) {
    try {
      context.engine().stop(container.engineId(), GRACE);
      context.engine().remove(container.engineId());
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("container", container.name())
          .setCause(e)
          .log("a container is left running");
    }
  }
}
