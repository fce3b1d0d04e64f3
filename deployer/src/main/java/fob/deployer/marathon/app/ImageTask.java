package fob.deployer.marathon.app;

import fob.deployer.marathon.app.CodeDelivery.Outcome;
import java.time.Instant;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What is known of one task of an image. Used by the app's steps, except {@link #ended}. */
final class ImageTask {

  /** How many tasks before it did not take the code, each the successor of the one before. */
  final int failures;

  private volatile @Nullable Outcome ended;
  private @Nullable Future<?> delivery;
  private @Nullable Outcome outcome;
  private @Nullable Instant due;

  ImageTask(int failures) {
    this.failures = failures;
  }

  /** The task is given its code there. */
  void begun(Future<?> running) {
    delivery = running;
  }

  /** Its code has been given, or not. Called by any thread. */
  void ended(Outcome how) {
    ended = how;
  }

  /** Returns the outcome if it is new; null otherwise. */
  @Nullable Outcome news() {
    if (outcome != null) {
      return null;
    }
    outcome = ended;
    return outcome;
  }

  /** The outcome; null while the task is given its code. */
  @Nullable Outcome outcome() {
    return outcome;
  }

  /** The task has to be replaced then. */
  void replaceAt(Instant when) {
    due = when;
  }

  /** When it has to be replaced; null if it has not. */
  @Nullable Instant due() {
    return due;
  }

  /** The task is gone. */
  void forget() {
    if (delivery != null) {
      delivery.cancel(true);
    }
  }
}
