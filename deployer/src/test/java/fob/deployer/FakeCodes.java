package fob.deployer;

import fob.bus.table.Codes;
import fob.function.Code;
import fob.function.FunctionId;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.TimeoutException;

/** Has the same code for each function that was put. */
final class FakeCodes implements Codes {

  private final Set<FunctionId> there = new HashSet<>();
  private final Set<FunctionId> unreadable = new HashSet<>();

  void put(FunctionId id) {
    there.add(id);
  }

  void unreadable(FunctionId id, boolean now) {
    if (now) {
      unreadable.add(id);
    } else {
      unreadable.remove(id);
    }
  }

  @Override
  public boolean has(FunctionId id) {
    return there.contains(id);
  }

  @Override
  public Optional<Code> get(FunctionId id) {
    if (unreadable.contains(id)) {
      throw new TimeoutException("slow on purpose");
    }
    return has(id) ? Optional.of(Fixtures.CODE) : Optional.empty();
  }
}
