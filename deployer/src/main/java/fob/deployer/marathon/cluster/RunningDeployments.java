package fob.deployer.marathon.cluster;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.MarathonClient;
import fob.deployer.marathon.api.MarathonClient.Deployment;
import fob.deployer.marathon.api.ReadResult;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends deployments of fob that do not succeed. A deployment that also changes other apps is left
 * alone, since ending it would leave those half changed. Thread-safe.
 */
public final class RunningDeployments {

  private static final Logger LOGGER = LoggerFactory.getLogger(RunningDeployments.class);
  private static final Duration AGE = Duration.ofSeconds(1);

  private final MarathonClient client;
  private final DeploymentQueue queue;
  private final CachedReply<ReadResult<List<Deployment>>> running;

  public RunningDeployments(MarathonClient client, DeploymentQueue queue, InstantSource clock) {
    this.client = client;
    this.queue = queue;
    this.running = new CachedReply<>(client::deployments, AGE, clock);
  }

  /** Whether the deployment runs, by a reply of at most 1 s of age. */
  public boolean runs(String deployment) throws InterruptedException {
    return running.get() instanceof ReadResult.Got<List<Deployment>>(var all)
        && all.stream().anyMatch(plan -> plan.id().equals(deployment));
  }

  /** Ends an app's deployments without a rollback. Marathon allows this even at its bound. */
  public void abandon(AppView app) throws InterruptedException {
    for (String deployment : ofThisAppAlone(app)) {
      LOGGER
          .atWarn()
          .addKeyValue("app", app.id())
          .addKeyValue("deployment", deployment)
          .log("fob abandons a deployment that does not end");
      client.abandon(deployment);
    }
  }

  /** Ends an app's deployments and restores the app's previous spec. */
  public void rollBack(AppView app) throws InterruptedException {
    for (String deployment : ofThisAppAlone(app)) {
      LOGGER
          .atWarn()
          .addKeyValue("app", app.id())
          .addKeyValue("deployment", deployment)
          .log("fob rolls back an update that does not become healthy");
      client.rollBack(deployment);
    }
  }

  /** Marathon takes no more deployments: abandons fob's longest stuck one, if there is one. */
  public void makeRoom() throws InterruptedException {
    for (DeploymentQueue.Entrant entrant : queue.inside()) {
      AppView stuck = entrant.stuck();
      if (stuck != null) {
        abandon(stuck);
        return;
      }
    }
  }

  private List<String> ofThisAppAlone(AppView app) throws InterruptedException {
    if (app.deployments().isEmpty()
        || !(client.deployments() instanceof ReadResult.Got<List<Deployment>>(var all))) {
      return List.of();
    }
    return all.stream()
        .filter(plan -> app.deployments().contains(plan.id()))
        .filter(plan -> plan.apps().equals(Set.of(app.id())))
        .map(Deployment::id)
        .toList();
  }
}
