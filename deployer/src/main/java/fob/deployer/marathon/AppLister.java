package fob.deployer.marathon;

import fob.deployer.marathon.api.AppView;
import fob.deployer.marathon.api.ReadResult;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Lists the apps of the group and passes their views to the reconcilers. A list with tasks is
 * large, so most lists are without. Apps that differ in such a list are then read one by one, or
 * all at once if they are more than 20. Used by one thread.
 */
final class AppLister {

  static final int MOST_SINGLE_LOOKS = 20;

  /** Returns why Marathon cannot be used yet; empty if it can. */
  @FunctionalInterface
  interface Check {
    Optional<String> ask() throws IOException, InterruptedException;
  }

  private final SessionContext session;
  private final AppRegistry apps;
  private final Check check;
  private final AtomicBoolean checked;
  private final Consumer<Map<String, AppView>> onFirst;
  private Instant lastComplete = Instant.MIN;

  /**
   * @param checked whether the check has passed before
   * @param onFirst gets the first complete list
   */
  AppLister(
      SessionContext session,
      AppRegistry apps,
      Check check,
      AtomicBoolean checked,
      Consumer<Map<String, AppView>> onFirst) {
    this.session = session;
    this.apps = apps;
    this.check = check;
    this.checked = checked;
    this.onFirst = onFirst;
  }

  /** When the last list with tasks came; {@link Instant#MIN} if none came. */
  Instant lastComplete() {
    return lastComplete;
  }

  /**
   * Lists the apps and passes the views on. Blocks.
   *
   * @param complete whether to list the tasks as well
   * @return why there is no list; empty if there is one
   */
  Optional<String> ask(boolean complete) throws InterruptedException {
    Optional<String> problem = unusable();
    if (problem.isEmpty()) {
      problem = list(complete);
    }
    if (problem.isPresent() && session.snapshot().missing(problem.get())) {
      apps.all().forEach(AppReconciler::wake);
    }
    return problem;
  }

  private Optional<String> unusable() throws InterruptedException {
    if (checked.get()) {
      return Optional.empty();
    }
    try {
      Optional<String> why = check.ask();
      checked.set(why.isEmpty());
      return why;
    } catch (IOException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  private Optional<String> list(boolean complete) throws InterruptedException {
    return switch (session.client().apps(complete)) {
      case ReadResult.Got<Map<String, AppView>>(var listed) -> {
        if (complete) {
          spread(listed);
        } else {
          compare(listed);
        }
        yield Optional.empty();
      }
      case ReadResult.Absent<Map<String, AppView>> _ -> Optional.empty();
      case ReadResult.Unavailable<Map<String, AppView>>(String why) -> Optional.of(why);
      case ReadResult.Denied<Map<String, AppView>>(String why) -> Optional.of(why);
    };
  }

  private void spread(Map<String, AppView> listed) {
    lastComplete = session.clock().instant();
    boolean first = session.snapshot().problem().isPresent();
    long asked = asked(listed);
    session.snapshot().show(listed);
    if (first) {
      onFirst.accept(listed);
    }
    session.installer().removeLeft(listed.values());
    for (AppReconciler app : apps.all()) {
      AppView view = listed.get(app.appId());
      if (first) {
        app.wake();
      } else if (view != null) {
        app.offer(view);
      } else if (app.differs(null, asked)) {
        app.hint();
      }
    }
  }

  private void compare(Map<String, AppView> listed) throws InterruptedException {
    long asked = asked(listed);
    List<AppReconciler> different =
        apps.all().stream().filter(app -> app.differs(listed.get(app.appId()), asked)).toList();
    if (different.size() > MOST_SINGLE_LOOKS
        && session.client().apps(true)
            instanceof ReadResult.Got<Map<String, AppView>>(var complete)) {
      spread(complete);
    } else {
      different.forEach(AppReconciler::hint);
    }
  }

  /** The number of the request for the list; for an empty list that of the latest request. */
  private long asked(Map<String, AppView> listed) {
    return listed.values().stream()
        .mapToLong(AppView::asked)
        .findAny()
        .orElse(session.client().lastAsked());
  }
}
