package fob.deployer.marathon.install;

import fob.deployer.layer.InstallFailed;
import fob.deployer.local.StartRefused;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.ReadResult;
import fob.deployer.marathon.api.TaskView;
import fob.deployer.marathon.config.PlatformContext;
import fob.function.Instance;
import fob.service.Durations;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Waits until an installer can be given its step. Used by one thread. */
final class InstallerStart {

  private static final String PLACE = "waiting for a place on the cluster";

  /**
   * What was seen at one look.
   *
   * @param server where the installer serves, if it does
   * @param note what is waited for, for the user
   * @param late why the step fails if it waits no longer
   */
  private record Seen(Optional<Instance> server, String note, IOException late) {}

  private final InstallerContext context;
  private final PlatformContext platform;
  private final InstallerTask task;
  private final int memoryMiB;

  InstallerStart(InstallerContext context, InstallerTask task, int memoryMiB) {
    this.context = context;
    this.platform = context.platform();
    this.task = task;
    this.memoryMiB = memoryMiB;
  }

  /**
   * Waits until the installer answers this deployer, as long as FOB_MARATHON_DEADLINE allows.
   *
   * @param progress gets what it waits for
   * @throws InstallFailed if the task has ended or the time is over; the message is for the user
   * @throws StartRefused if it may be started later
   */
  Instance await(Consumer<String> progress) throws IOException, InterruptedException {
    Instant begun = platform.clock().instant();
    String note = PLACE;
    progress.accept(note);
    while (true) {
      Seen seen = look();
      if (seen.server().isPresent()) {
        return seen.server().get();
      }
      Duration elapsed = Duration.between(begun, platform.clock().instant());
      if (elapsed.compareTo(platform.config().deadline()) >= 0) {
        throw seen.late();
      }
      boolean worthAReason = elapsed.compareTo(platform.timings().noteAfter()) >= 0;
      if (worthAReason && !note.equals(seen.note())) {
        note = seen.note();
        progress.accept(note);
      }
      Thread.sleep(platform.timings().firstPoll());
    }
  }

  private Seen look() throws IOException, InterruptedException {
    return switch (task.look()) {
      case ReadResult.Got<AppView>(AppView app) -> look(app);
      case ReadResult.Unavailable<AppView>(String why) -> {
        StartRefused away = StartRefused.waitingFor("Marathon: " + why);
        yield new Seen(Optional.empty(), away.reason(), away);
      }
      case ReadResult.Denied<AppView>(String why) -> throw StartRefused.untilOperatorActs(why);
      case ReadResult.Absent<AppView> _ -> throw new IllegalStateException("a look fails then");
    };
  }

  private Seen look(AppView app) throws InterruptedException {
    Optional<Instance> running =
        app.tasks().stream().map(TaskView::instance).flatMap(Optional::stream).findFirst();
    if (running.isEmpty()) {
      String why = context.reasons().ofCluster(app);
      String asks = "it asks for %d MiB of memory".formatted(memoryMiB);
      return new Seen(Optional.empty(), PLACE + ": " + why, late(why + "; " + asks));
    }
    Optional<String> problem = context.probe().problem(running.get());
    String why =
        "the deployer gets no answer from %s/health: %s"
            .formatted(running.get().address(), problem.orElse(""));
    return new Seen(problem.isEmpty() ? running : Optional.empty(), "waiting: " + why, late(why));
  }

  private InstallFailed late(String why) {
    return new InstallFailed(
        "their installer was not ready within %s, which is the limit (FOB_MARATHON_DEADLINE): %s"
            .formatted(Durations.text(platform.config().deadline()), why));
  }
}
