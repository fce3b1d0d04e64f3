package fob.chaos.check;

import java.time.Instant;
import java.util.List;

/**
 * The records of the topics and the lines of the functions' logs after all calls have ended.
 *
 * @param refused requests with a key that were refused. Such a request is no call, but it may have
 *     a response.
 */
public record Log(
    List<Call> calls,
    List<Call> refused,
    List<Response> responses,
    List<Dead> dead,
    List<Execution> executions,
    List<Written> functions) {

  public Log {
    calls = List.copyOf(calls);
    refused = List.copyOf(refused);
    responses = List.copyOf(responses);
    dead = List.copyOf(dead);
    executions = List.copyOf(executions);
    functions = List.copyOf(functions);
  }

  /** A record of {@code fob.call} or {@code fob.async}. */
  public record Call(Instant at, String id, String token) {}

  /** A record of {@code fob.response}; the records of one id are in the order of their offsets. */
  public record Response(Instant at, String id, int attempt, Result result) {}

  /**
   * A record of {@code fob.dead}.
   *
   * @param attempt the number of the last attempt
   * @param unreachable how many attempts before the last one failed as unreachable
   */
  public record Dead(Instant at, String id, String reason, int attempt, int unreachable) {}

  /**
   * A record of {@code fob.functions} that shows who wrote it.
   *
   * @param deployer the runtime directory of the deployer, which each process has for itself
   */
  public record Written(Instant at, String deployer) {}

  /** The line that a function prints at the start of a run. A killed process may lose lines. */
  public record Execution(Instant at, String id, String token) {}
}
