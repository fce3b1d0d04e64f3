package fob.deployer.local;

import fob.function.FunctionStatus;
import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one function is, made of what its slots say. Guarded by its supervisor. */
final class Status {

  private final List<Slot> slots;
  private String note = "starting";
  private @Nullable FailureReason loadFailure;
  private @Nullable FunctionStatus told;

  Status(List<Slot> slots) {
    this.slots = slots;
  }

  /** What it waits for while no instance is ready. */
  void note(String text) {
    note = text;
  }

  /** Its code does not load. */
  void loadFailed(FailureReason failure) {
    loadFailure = failure;
  }

  boolean isReady() {
    return !ready().isEmpty();
  }

  /** The status, if it is another than the last that was told so. */
  Optional<FunctionStatus> change() {
    FunctionStatus now = now();
    if (now.equals(told)) {
      return Optional.empty();
    }
    told = now;
    return Optional.of(now);
  }

  private FunctionStatus now() {
    List<Instance> ready = ready();
    if (!ready.isEmpty()) {
      return new FunctionStatus.Ready(ready);
    }
    if (loadFailure != null) {
      return new FunctionStatus.Failed(loadFailure);
    }
    return slots.stream()
        .flatMap(slot -> slot.failure().stream())
        .findFirst()
        .<FunctionStatus>map(FunctionStatus.Failed::new)
        .orElseGet(() -> new FunctionStatus.Deploying(note));
  }

  private List<Instance> ready() {
    return slots.stream().map(Slot::readyInstance).flatMap(Optional::stream).toList();
  }
}
