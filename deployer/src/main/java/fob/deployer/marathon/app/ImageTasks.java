package fob.deployer.marathon.app;

import fob.deployer.image.ImageClient;
import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.TaskView;
import fob.deployer.marathon.app.CodeDelivery.Outcome;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import fob.function.Protocol;
import fob.service.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Stream;

/**
 * Gives the tasks of one app their code, if the function is in an image of its own. A task serves
 * once it has its code, unless its health check fails. A task that did not take the code has to be
 * replaced after a pause, which grows if its successor does not take it either. Used by the app's
 * steps alone.
 */
public final class ImageTasks {

  private static final int SHARE_OF_DEADLINE = 3;

  /**
   * A task that did not take the code.
   *
   * @param failed whether its image said that the code is at fault
   * @param why for people
   * @param due when it has to be replaced
   */
  public record Unusable(String task, boolean failed, String why, Instant due) {}

  private final ImageClient client;
  private final ExecutorService threads;
  private final InstantSource clock;
  private final Duration longest;
  private final Backoff pauses;
  private final Runnable wake;
  private final Map<String, ImageTask> tasks = new TreeMap<>();

  /** How many tasks in a row did not take the code; those that ran side by side count as one. */
  private int failures;

  /**
   * @param threads run the requests
   * @param deadline of the app; a third of it is how long a task may take to get its code
   * @param pauses before tasks are replaced
   * @param wake is called when there is something new for {@link #look}
   */
  public ImageTasks(
      ImageClient client,
      ExecutorService threads,
      InstantSource clock,
      Duration deadline,
      Backoff pauses,
      Runnable wake) {
    this.client = client;
    this.threads = threads;
    this.clock = clock;
    this.longest = deadline.dividedBy(SHARE_OF_DEADLINE);
    this.pauses = pauses;
    this.wake = wake;
  }

  /** Begins with the tasks that are new, and returns those that serve. Does not wait. */
  public ServingTasks.Serving look(AppView app, ImageCode image) {
    Map<String, ImageTask> gone = new HashMap<>(tasks);
    List<Instance> serving = new ArrayList<>();
    for (TaskView view : app.tasks()) {
      if (view.instance().isPresent()) {
        gone.remove(view.id());
        Instance instance = view.instance().get();
        ImageTask task = tasks.computeIfAbsent(view.id(), _ -> begin(image, instance));
        note(task);
        if (view.health() != TaskView.Health.NOT_ALIVE
            && task.outcome() instanceof Outcome.Given(Protocol protocol)) {
          serving.add(new Instance(instance.id(), instance.address(), protocol));
        }
      }
    }
    gone.values().forEach(ImageTask::forget);
    tasks.keySet().removeAll(gone.keySet());
    serving.sort(Comparator.comparing(Instance::id));
    return new ServingTasks.Serving(serving, Optional.empty());
  }

  private ImageTask begin(ImageCode image, Instance instance) {
    ImageTask task = new ImageTask(failures);
    Optional<Protocol> known = image.known(instance.id());
    if (known.isPresent()) {
      task.ended(new Outcome.Given(known.get()));
      return task;
    }
    CodeDelivery delivery = new CodeDelivery(client, image, instance, longest, clock);
    try {
      task.begun(
          threads.submit(() -> {
            delivery
                .run()
                .ifPresent(outcome -> {
                  task.ended(outcome);
                  wake.run();
                });
          }));
    } catch (RejectedExecutionException closing) {
      // The next deployer gives it the code.
    }
    return task;
  }

  private void note(ImageTask task) {
    switch (task.news()) {
      case null -> {}
      case Outcome.Given _ -> failures = 0;
      case Outcome.Failed _ -> replace(task, pauses.delay(task.failures + 1));
      // The first ones may have got their code from a deployer that ended before it said so.
      case Outcome.Unusable _ ->
          replace(task, task.failures == 0 ? Duration.ZERO : pauses.delay(task.failures));
    }
  }

  private void replace(ImageTask task, Duration pause) {
    failures = Math.max(failures, task.failures + 1);
    task.replaceAt(clock.instant().plus(pause));
  }

  /** The tasks that did not take the code, in the order in which they have to be replaced. */
  public List<Unusable> unusable() {
    List<Unusable> all = new ArrayList<>();
    tasks.forEach((id, task) -> {
      Instant due = task.due();
      if (due != null) {
        switch (task.outcome()) {
          case Outcome.Failed(FailureReason reason) ->
              all.add(new Unusable(id, true, reason.summary(), due));
          case Outcome.Unusable(String why) -> all.add(new Unusable(id, false, why, due));
          case Outcome.Given _ -> {}
          case null -> {}
        }
      }
    });
    all.sort(Comparator.comparing(Unusable::due));
    return all;
  }

  /** Why the code cannot be loaded, if an image said so. */
  public Optional<FailureReason> failure() {
    return tasks.values().stream()
        .flatMap(task ->
            task.outcome() instanceof Outcome.Failed(FailureReason reason)
                ? Stream.of(reason)
                : Stream.of())
        .findFirst();
  }

  /** Why no task serves yet, if it is because of the code; for the function's user. */
  public Optional<String> note() {
    List<Unusable> unusable = unusable();
    if (!unusable.isEmpty()) {
      return Optional.of(unusable.getFirst().why() + "; another instance takes its place");
    }
    return tasks.isEmpty()
        ? Optional.empty()
        : Optional.of("its image is starting; fob gives it the code as soon as it listens");
  }
}
