package fob.deployer.marathon.api;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.marathon.api.MarathonHttp.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The part of Marathon's API that fob uses, as of version 1.5. Each method blocks, sends one
 * request, and returns the outcome as a value. Thread-safe.
 */
public final class MarathonClient {

  private static final String COUNTS = "&embed=group.apps.counts&embed=group.apps.deployments";

  /** A running deployment, and the apps and pods that it changes. */
  public record Deployment(String id, Set<String> apps) {}

  private final MarathonHttp http;
  private final String group;
  private final AtomicLong questions = new AtomicLong();

  public MarathonClient(MarathonHttp http, String group) {
    this.http = http;
    this.group = group;
  }

  MarathonHttp http() {
    return http;
  }

  /** Reads the app with its tasks. */
  public ReadResult<AppView> app(String id) throws InterruptedException {
    long asked = questions.incrementAndGet();
    return read("/v2/apps" + id, body -> AppView.of(body.path("app"), true, asked));
  }

  /**
   * Reads every app of the group, by id, in one request. The result is empty if the group does not
   * exist.
   *
   * @param tasks whether to read the tasks as well; they are most of the reply
   */
  public ReadResult<Map<String, AppView>> apps(boolean tasks) throws InterruptedException {
    long asked = questions.incrementAndGet();
    String path =
        "/v2/groups%s?embed=group.apps%s&embed=group.apps.lastTaskFailure%s"
            .formatted(group, COUNTS, tasks ? "&embed=group.apps.tasks" : "");
    ReadResult<Map<String, AppView>> apps =
        read(
            path,
            body -> {
              Map<String, AppView> found = new HashMap<>();
              for (JsonNode app : body.path("apps")) {
                AppView view = AppView.of(app, tasks, asked);
                found.put(view.id(), view);
              }
              return found;
            });
    return apps instanceof ReadResult.Absent<Map<String, AppView>>
        ? new ReadResult.Got<>(Map.of())
        : apps;
  }

  /** The number of the latest request; later requests have higher numbers. */
  public long lastAsked() {
    return questions.get();
  }

  public ReadResult<Map<String, QueueEntry>> queue() throws InterruptedException {
    return read(
        "/v2/queue",
        body -> {
          Map<String, QueueEntry> waiting = new HashMap<>();
          for (JsonNode entry : body.path("queue")) {
            if (entry.path("app").path("id").isTextual()) {
              waiting.put(entry.path("app").path("id").asText(), QueueEntry.of(entry));
            }
          }
          return waiting;
        });
  }

  public ReadResult<List<Deployment>> deployments() throws InterruptedException {
    return read(
        "/v2/deployments",
        body -> {
          List<Deployment> running = new ArrayList<>();
          for (JsonNode plan : body) {
            Set<String> affected = new HashSet<>();
            plan.path("affectedApps").forEach(app -> affected.add(app.asText()));
            plan.path("affectedPods").forEach(pod -> affected.add(pod.asText()));
            running.add(new Deployment(plan.path("id").asText(), Set.copyOf(affected)));
          }
          return running;
        });
  }

  public WriteResult create(JsonNode spec) throws InterruptedException {
    return write(() -> http.send("POST", "/v2/apps", spec));
  }

  /** Replaces the whole spec; fields that are not in the new one are removed. */
  public WriteResult update(String id, JsonNode spec) throws InterruptedException {
    return write(() -> http.send("PUT", "/v2/apps" + id + "?partialUpdate=false", spec));
  }

  /** Deletes the app; this also ends the app's running deployment. */
  public WriteResult delete(String id) throws InterruptedException {
    return write(() -> http.delete("/v2/apps" + id));
  }

  /** Ends a task of the app, in whose place Marathon starts another. */
  public WriteResult killTask(String app, String task) throws InterruptedException {
    return write(() -> http.delete("/v2/apps" + app + "/tasks/" + task));
  }

  /** Ends a deployment by another one that undoes it. */
  public WriteResult rollBack(String deployment) throws InterruptedException {
    return write(() -> http.delete("/v2/deployments/" + deployment));
  }

  /** Ends a deployment and leaves all as it is; possible also where Marathon takes no more. */
  public WriteResult abandon(String deployment) throws InterruptedException {
    return write(() -> http.delete("/v2/deployments/" + deployment + "?force=true"));
  }

  private <T> ReadResult<T> read(String path, Function<JsonNode, T> parser)
      throws InterruptedException {
    try {
      Answer answer = http.get(path);
      return switch (answer.status()) {
        case 200 ->
            answer.body().isContainerNode()
                ? new ReadResult.Got<>(parser.apply(answer.body()))
                : new ReadResult.Unavailable<>(
                    "something other than Marathon answers at " + http.url(""));
        case 404 -> new ReadResult.Absent<>();
        case 401, 403 -> new ReadResult.Denied<>(ErrorReplies.denied(answer));
        default -> new ReadResult.Unavailable<>(ErrorReplies.words(answer));
      };
    } catch (IOException e) {
      return new ReadResult.Unavailable<>(ErrorReplies.unreachable(e));
    }
  }

  @FunctionalInterface
  private interface Exchange {
    Answer run() throws IOException, InterruptedException;
  }

  private static WriteResult write(Exchange exchange) throws InterruptedException {
    try {
      return ErrorReplies.outcome(exchange.run());
    } catch (IOException e) {
      return new WriteResult.Unclear(ErrorReplies.unreachable(e));
    }
  }
}
