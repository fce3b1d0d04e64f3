package fob.deployer.local;

import fob.function.FunctionStatus.FailureReason;
import fob.function.Instance;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The slots of one function. Used on the function's event queue alone. */
record Slots(List<Slot> all) {

  Slots {
    all = List.copyOf(all);
  }

  void each(Consumer<Slot> action) {
    all.forEach(action);
  }

  /** Returns the slot that the instance belongs to. */
  Optional<Slot> of(LocalInstance instance) {
    return all.stream().filter(slot -> slot.holds(instance)).findFirst();
  }

  /** Takes over instances that an earlier deployer started. */
  void adopt(List<InstanceLocation> found) {
    for (int i = 0; i < Math.min(found.size(), all.size()); i++) {
      all.get(i).adopt(found.get(i));
    }
  }

  List<Instance> ready() {
    return all.stream().map(Slot::readyInstance).flatMap(Optional::stream).toList();
  }

  Optional<FailureReason> failure() {
    return all.stream().map(Slot::failure).flatMap(Optional::stream).findFirst();
  }

  /** One at a time, so that the function never has more than one instance too many. */
  void renewOne() {
    if (all.stream().noneMatch(Slot::isRenewing)) {
      all.stream().filter(Slot::isOutdated).findFirst().ifPresent(Slot::renew);
    }
  }
}
