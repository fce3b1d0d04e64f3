package fob.invoker;

import fob.bus.log.LogPublisher;
import fob.bus.table.FunctionTable;
import fob.bus.wire.LogWire;
import fob.call.Call;
import fob.function.PlatformInfo;
import java.time.InstantSource;

/**
 * Publishes what calls print, on platforms where the deployer cannot read it. There each instance
 * is asked for the lines of each call. Thread-safe.
 */
@FunctionalInterface
interface CallLogs {

  /** The most bytes of a call's lines: the most that a driver gives. */
  int MOST_BYTES = 64 * 1024;

  /** Whether the lines of every call are published. */
  static boolean areNeeded(FunctionTable functions) {
    return functions.platform().map(PlatformInfo::logsWithCalls).orElse(false);
  }

  /** Returns the call as it asks its instance for lines. */
  static Call asking(Call call, FunctionTable functions) {
    return areNeeded(functions) ? call.withLogBytes(MOST_BYTES) : call;
  }

  /** Publishes what a call has printed. Never waits. */
  void publish(Call call, Printed printed);

  /** Returns what publishes on {@code fob.logs}; the lines get the time of now. */
  static CallLogs on(LogPublisher logs, InstantSource clock) {
    return (call, printed) ->
        printed
            .lines()
            .forEach(line ->
                logs.add(
                    printed.function(),
                    printed.instance(),
                    LogWire.line(clock.instant(), call.id().value(), line)));
  }
}
