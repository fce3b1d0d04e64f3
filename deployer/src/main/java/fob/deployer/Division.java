package fob.deployer;

import fob.function.FunctionState;
import fob.function.FunctionStatus;
import fob.function.FunctionStatus.Ready;
import fob.function.Instance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Divides the instances of a function among its parts. An instance stays in its part as long as it
 * lives, also under the next deployer, since the function's row has the parts. It changes its part
 * only if another part has no instance and its own has several.
 */
final class Division {

  private final int[] sizes;
  private final List<Instance> divided = new ArrayList<>();

  private Division(int spread) {
    this.sizes = new int[spread];
  }

  /**
   * Gives each ready instance its part.
   *
   * @param known the function with the status that was divided last
   * @param now the status as the platform tells it
   */
  static FunctionStatus of(FunctionState known, FunctionStatus now) {
    int spread = known.spec().limits().spread();
    if (spread == 1 || !(now instanceof Ready(List<Instance> instances))) {
      return now;
    }
    Division division = new Division(spread);
    division.add(
        instances, known.status() instanceof Ready(List<Instance> before) ? before : List.of());
    division.fillEmptyParts();
    return new Ready(division.divided);
  }

  private void add(List<Instance> instances, List<Instance> before) {
    Map<String, Integer> parts = new HashMap<>();
    before.forEach(instance -> parts.put(instance.id(), instance.part()));
    List<Instance> added = new ArrayList<>();
    for (Instance instance : instances) {
      Integer part = parts.get(instance.id());
      if (part == null) {
        added.add(instance);
      } else {
        put(instance, part);
      }
    }
    added.forEach(instance -> put(instance, smallest()));
  }

  private void put(Instance instance, int part) {
    divided.add(instance.of(part));
    sizes[part]++;
  }

  private void fillEmptyParts() {
    while (sizes[smallest()] == 0 && sizes[largest()] > 1) {
      int from = largest();
      int to = smallest();
      for (int i = divided.size() - 1; sizes[to] == 0; i--) {
        if (divided.get(i).part() == from) {
          divided.set(i, divided.get(i).of(to));
          sizes[from]--;
          sizes[to]++;
        }
      }
    }
  }

  private int smallest() {
    int smallest = 0;
    for (int part = 1; part < sizes.length; part++) {
      smallest = sizes[part] < sizes[smallest] ? part : smallest;
    }
    return smallest;
  }

  private int largest() {
    int largest = 0;
    for (int part = 1; part < sizes.length; part++) {
      largest = sizes[part] > sizes[largest] ? part : largest;
    }
    return largest;
  }
}
