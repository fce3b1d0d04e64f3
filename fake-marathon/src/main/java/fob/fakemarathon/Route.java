package fob.fakemarathon;

import java.util.List;

/**
 * What a path means.
 *
 * @param kind the path with {@code {id}} in the place of ids: what requests are counted by
 * @param id the app's, group's or deployment's id; empty where there is none
 * @param tail the part after it: a task's id, or a version; empty where there is none
 */
record Route(String kind, String id, String tail) {

  private static final List<String> WHOLE =
      List.of(
          "/ping",
          "/v2/info",
          "/v2/leader",
          "/v2/events",
          "/v2/apps",
          "/v2/groups",
          "/v2/tasks",
          "/v2/deployments",
          "/v2/queue");

  static Route of(String rawPath) {
    String path =
        rawPath.length() > 1 && rawPath.endsWith("/")
            ? rawPath.substring(0, rawPath.length() - 1)
            : rawPath;
    if (WHOLE.contains(path)) {
      return new Route(path, "", "");
    }
    if (path.startsWith("/v2/apps/")) {
      return app(clean(path.substring("/v2/apps".length())));
    }
    if (path.startsWith("/v2/groups/")) {
      return new Route("/v2/groups/{id}", clean(path.substring("/v2/groups".length())), "");
    }
    if (path.startsWith("/v2/deployments/")) {
      return new Route("/v2/deployments/{id}", path.substring("/v2/deployments/".length()), "");
    }
    if (path.startsWith("/v2/queue/") && path.endsWith("/delay")) {
      String id = path.substring("/v2/queue".length(), path.length() - "/delay".length());
      return new Route("/v2/queue/{id}/delay", clean(id), "");
    }
    return new Route("unknown", "", "");
  }

  private static String clean(String id) {
    return id.replaceAll("/{2,}", "/");
  }

  private static Route app(String rest) {
    for (String collection : List.of("restart", "tasks", "versions")) {
      if (rest.endsWith("/" + collection)) {
        String id = rest.substring(0, rest.length() - collection.length() - 1);
        return new Route("/v2/apps/{id}/" + collection, id, "");
      }
    }
    int slash = rest.lastIndexOf('/');
    String parent = rest.substring(0, slash);
    String last = rest.substring(slash + 1);
    for (String collection : List.of("tasks", "versions")) {
      if (parent.endsWith("/" + collection)) {
        String id = parent.substring(0, parent.length() - collection.length() - 1);
        return new Route("/v2/apps/{id}/" + collection + "/{item}", id, last);
      }
    }
    return new Route(last.equals("*") ? "/v2/apps/{group}/*" : "/v2/apps/{id}", rest, "");
  }
}
