package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Apps with this fob's owner label whose functions are not wanted. Those of idle functions are
 * deleted: a deployer ended before it had stopped them. Others are logged, and deleted only if
 * FOB_MARATHON_DELETE_ORPHANS allows it, since a fob with a new Kafka cluster must not delete
 * running functions. Apps with another owner's label, or none, are ignored. Thread-safe.
 */
final class OrphanedApps {

  private static final Logger LOGGER = LoggerFactory.getLogger(OrphanedApps.class);

  private final MarathonConfig config;
  private final String owner;
  private final AppRegistry apps;
  private final Consumer<FunctionId> remove;
  private Optional<Set<FunctionId>> wanted = Optional.empty(); // guarded by this
  private Set<FunctionId> idle = Set.of(); // guarded by this
  private Optional<Map<String, AppView>> listed = Optional.empty(); // guarded by this

  OrphanedApps(MarathonConfig config, String owner, AppRegistry apps, Consumer<FunctionId> remove) {
    this.config = config;
    this.owner = owner;
    this.apps = apps;
    this.remove = remove;
  }

  /**
   * @param idleFunctions of which no app is wanted now
   */
  synchronized void retain(Set<FunctionId> functions, Set<FunctionId> idleFunctions) {
    wanted = Optional.of(Set.copyOf(functions));
    idle = Set.copyOf(idleFunctions);
    compare();
  }

  synchronized void listed(Map<String, AppView> all) {
    listed = Optional.of(all);
    compare();
  }

  /** Compares once, when the wanted functions and the list are both known. */
  private void compare() {
    if (wanted.isEmpty() || listed.isEmpty()) {
      return;
    }
    Set<FunctionId> keep = wanted.get();
    Map<String, FunctionId> orphans = new TreeMap<>();
    for (AppView app : listed.get().values()) {
      app.function()
          .filter(function -> app.owner().equals(owner))
          .filter(function -> app.id().equals(FunctionApp.id(config.group(), function)))
          .filter(function -> !keep.contains(function) && apps.get(function).isEmpty())
          .ifPresent(function -> orphans.put(app.id(), function));
    }
    wanted = Optional.empty();
    listed = Optional.empty();
    orphans.values().stream().filter(idle::contains).forEach(remove);
    orphans.values().removeAll(idle);
    if (!orphans.isEmpty()) {
      deal(orphans);
    }
  }

  private void deal(Map<String, FunctionId> orphans) {
    List<String> ids = List.copyOf(orphans.keySet());
    if (config.deleteOrphans()) {
      LOGGER
          .atWarn()
          .addKeyValue("apps", ids)
          .log("fob deletes {} apps of functions that are not wanted any more", ids.size());
      orphans.values().forEach(remove);
    } else {
      LOGGER
          .atWarn()
          .addKeyValue("apps", ids)
          .log(
              "{} apps of this fob belong to functions that are not wanted any more; fob leaves them. FOB_MARATHON_DELETE_ORPHANS=true deletes them at the next start, DELETE {}/v2/apps<id> one by one",
              ids.size(),
              config.url());
    }
  }
}
