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

/** Removes what earlier deployers of the same owner have left, and nobody has in hand. */
final class Sweeper {

  private static final Logger LOGGER = LoggerFactory.getLogger(Sweeper.class);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Site site;

  Sweeper(Site site) {
    this.site = site;
  }

  /** Where the engine does not answer, nothing happens: it will be tried again. */
  void removeContainers(Predicate<Container> leftOver) {
    try {
      for (Container container : Container.of(site.owner(), site.engine())) {
        if (!site.held().contains(container.name()) && leftOver.test(container)) {
          LOGGER.atInfo().addKeyValue("container", container.name()).log("left over, removed");
          site.engine().remove(container.engineId());
          site.files().delete(container.suffix());
        }
      }
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot look for what is left over");
    }
  }

  /** Of instances that have no container. */
  void removeFiles() {
    try {
      Set<String> orphans = new HashSet<>(site.files().all());
      Container.of(site.owner(), site.engine()).forEach(each -> orphans.remove(each.suffix()));
      site.held().forEach(name -> orphans.remove(name.substring(name.lastIndexOf('-') + 1)));
      orphans.forEach(site.files()::delete);
    } catch (IOException e) {
      LOGGER
          .atWarn()
          .addKeyValue("reason", e.getMessage())
          .log("cannot look for what is left over");
    }
  }

  /** Ends all containers of the owner, within a few seconds, and removes them. */
  void stopAll() {
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Container> all = Container.of(site.owner(), site.engine());
      all.forEach(container -> each.execute(() -> stop(container)));
    } catch (IOException e) {
      LOGGER.atWarn().addKeyValue("reason", e.getMessage()).log("containers are left running");
    }
    site.files().deleteAll();
  }

  private void stop(Container container) {
    try {
      site.engine().stop(container.engineId(), GRACE);
      site.engine().remove(container.engineId());
    } catch (IOException e) {
      LOGGER.atWarn().addKeyValue("container", container.name()).setCause(e).log("is left running");
    }
  }
}
