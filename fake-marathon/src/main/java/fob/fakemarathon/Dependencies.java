package fob.fakemarathon;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/** The graph of what depends on what; an arrow to a group is one to all that is in it. */
final class Dependencies {

  private Dependencies() {}

  static boolean haveCycle(Map<String, List<String>> dependencies) {
    return depths(dependencies).isEmpty() && !dependencies.isEmpty();
  }

  /** Per id the length of its longest path of dependencies; empty when there is a cycle. */
  static Map<String, Integer> depths(Map<String, List<String>> dependencies) {
    Map<String, Integer> depths = new HashMap<>();
    NavigableMap<String, List<String>> sorted = new TreeMap<>(dependencies);
    for (String id : dependencies.keySet()) {
      if (depth(id, sorted, depths) < 0) {
        return Map.of();
      }
    }
    return depths;
  }

  // -1 marks an id whose depth is being found: meeting it again is a cycle
  private static int depth(
      String id, NavigableMap<String, List<String>> graph, Map<String, Integer> depths) {
    Integer known = depths.get(id);
    if (known != null) {
      return known;
    }
    depths.put(id, -1);
    int depth = 0;
    for (String dependency : graph.getOrDefault(id, List.of())) {
      for (String target : expand(dependency, graph)) {
        int below = depth(target, graph, depths);
        if (below < 0) {
          return -1;
        }
        depth = Math.max(depth, below + 1);
      }
    }
    depths.put(id, depth);
    return depth;
  }

  private static List<String> expand(String id, NavigableMap<String, List<String>> graph) {
    List<String> targets = new ArrayList<>();
    if (graph.containsKey(id)) {
      targets.add(id);
    }
    Set<String> below = graph.subMap(id + "/", id + "0").keySet();
    targets.addAll(below);
    return targets;
  }
}
