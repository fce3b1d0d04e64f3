package fob.standalone;

import kafka.server.FaultHandlerFactory;
import org.apache.kafka.common.utils.internals.Exit;
import org.apache.kafka.server.fault.FaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles fatal errors of the embedded broker. Kafka halts the JVM without shutdown hooks, with
 * exit code 1 or 20. That is right, because a broker that cannot write its log must not go on, and
 * the next start recovers. This class makes the last line on stderr say why.
 */
final class BrokerFaults implements FaultHandlerFactory {
  private static final Logger LOGGER = LoggerFactory.getLogger(BrokerFaults.class);
  private static final String THROWN_TO_THE_CALLER = "controller startup";

  /** Logs the reason before Kafka halts the JVM. Kafka has one hook for the whole JVM. */
  static void nameEveryHalt() {
    Exit.setHaltProcedure((status, message) -> {
      LOGGER
          .atError()
          .addKeyValue("status", status)
          .addKeyValue("reason", message == null ? "see Kafka's lines in fob's log" : message)
          .log("the embedded broker failed and ends this process");
      Runtime.getRuntime().halt(status);
    });
  }

  @Override
  public FaultHandler build(String name, boolean fatal, Runnable action) {
    return (doing, cause) -> {
      action.run();
      if (fatal && !name.equals(THROWN_TO_THE_CALLER)) {
        Exit.halt(1, name + ": " + doing + because(cause));
      }
      LOGGER
          .atDebug()
          .addKeyValue("part", name)
          .addKeyValue("doing", doing)
          .setCause(cause)
          .log("the embedded broker had an error");
      return new IllegalStateException(name + ": " + doing + because(cause), cause);
    };
  }

  private static String because(@Nullable Throwable cause) {
    return cause == null ? "" : " (" + cause + ")";
  }
}
