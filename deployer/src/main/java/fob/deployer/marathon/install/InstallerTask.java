package fob.deployer.marathon.install;

import fob.deployer.layer.InstallFailed;
import fob.deployer.local.StartRefused;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.AppView.TaskFailure;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.api.TaskView;
import fob.deployer.marathon.app.StatusText;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one task of an installer's app, as Marathon shows it. If the task ends, so does the step: no
 * second task is waited for. Used by one thread.
 */
final class InstallerTask {

  /** The states of tasks that ended by no fault of their own. */
  private static final Set<String> LOST =
      Set.of(
          "TASK_LOST",
          "TASK_UNREACHABLE",
          "TASK_DROPPED",
          "TASK_GONE",
          "TASK_GONE_BY_OPERATOR",
          "TASK_UNKNOWN");

  private final InstallerContext context;
  private final InstallerApp app;
  private @Nullable String task;

  InstallerTask(InstallerContext context, InstallerApp app) {
    this.context = context;
    this.app = app;
  }

  /**
   * Asks Marathon.
   *
   * @return the app, or why Marathon does not show it
   * @throws InstallFailed if the task has ended
   * @throws StartRefused if another task may do better
   */
  ReadResult<AppView> look() throws IOException, InterruptedException {
    ReadResult<AppView> answer = context.client().app(app.id());
    switch (answer) {
      case ReadResult.Got<AppView>(AppView seen) -> requireAlive(seen);
      case ReadResult.Absent<AppView> _ ->
          throw StartRefused.waitingFor("an installer on Marathon, since its app is gone");
      case ReadResult.Denied<AppView> _, ReadResult.Unavailable<AppView> _ -> {}
    }
    return answer;
  }

  private void requireAlive(AppView seen) throws IOException {
    Optional<TaskFailure> failure = seen.currentFailure();
    if (failure.isPresent()) {
      throw ended(failure.get());
    }
    if (task == null) {
      task = seen.tasks().stream().map(TaskView::id).findFirst().orElse(null);
      return;
    }
    TaskView known =
        seen.tasks().stream()
            .filter(each -> each.id().equals(task))
            .findFirst()
            .orElseThrow(() -> new InstallFailed("the task of the installer was ended"));
    if (LOST.contains(known.state())) {
      throw lost(known.host());
    }
  }

  private IOException ended(TaskFailure failure) {
    return LOST.contains(failure.state())
        ? lost(failure.host())
        : new InstallFailed(
            "the installer on %s ended: %s. It had %d MiB of memory"
                .formatted(failure.host(), StatusText.end(failure), app.memoryMiB()));
  }

  private static StartRefused lost(String host) {
    return StartRefused.waitingFor(
        "an installer on another agent, since %s is lost".formatted(host));
  }

  /** Whether it is certain that the task has ended. */
  boolean hasEnded() throws InterruptedException {
    try {
      var _ = look();
      return false;
    } catch (IOException ended) {
      return true;
    }
  }

  /**
   * Finds out why the connection to the task broke off. Marathon may hear of the task's end later,
   * so this waits for up to twice the longest delay between two looks.
   */
  IOException whyBroken(IOException broken) throws InterruptedException {
    Duration latestNews = context.platform().timings().longestPoll().multipliedBy(2);
    Instant patience = context.platform().clock().instant().plus(latestNews);
    do {
      try {
        switch (look()) {
          case ReadResult.Unavailable<AppView>(String why) -> {
            return StartRefused.waitingFor("Marathon: " + why);
          }
          case ReadResult.Denied<AppView>(String why) -> {
            return StartRefused.untilOperatorActs(why);
          }
          case ReadResult.Got<AppView> _, ReadResult.Absent<AppView> _ -> {}
        }
      } catch (IOException ended) {
        return ended;
      }
      Thread.sleep(context.platform().timings().firstPoll());
    } while (context.platform().clock().instant().isBefore(patience));
    return new InstallFailed("the connection to the installer broke off: " + broken, broken);
  }
}
