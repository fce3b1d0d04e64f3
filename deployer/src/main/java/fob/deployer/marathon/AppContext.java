package fob.deployer.marathon;

import fob.deployer.marathon.app.ConvergenceTimer;
import fob.deployer.marathon.app.CreationPause;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.KnownApp;
import fob.deployer.marathon.app.StatusReporter;
import fob.deployer.marathon.cluster.DeploymentQueue;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one app share. Used by these steps alone.
 *
 * @param entrant the app's place in the deployment queue
 * @param mustReplace gets tasks that have to be replaced, each with the reason
 * @param isWanted whether an app is still the wanted one; null stands for no app
 */
record AppContext(
    SessionContext session,
    String appId,
    DeploymentQueue.Entrant entrant,
    BiConsumer<String, String> mustReplace,
    Predicate<@Nullable FunctionApp> isWanted,
    KnownApp known,
    ConvergenceTimer convergence,
    StatusReporter status,
    CreationPause pause) {}
