package fob.service;

/**
 * A service as a program of its own. All programs are listed in {@code
 * META-INF/services/fob.service.Program}, so that each knows the variables of all: one environment
 * may serve them all.
 */
public interface Program {

  /** Starts the configured service. */
  @FunctionalInterface
  interface Start {
    /**
     * @throws Exception if it cannot start; the message is for the user
     */
    AutoCloseable start() throws Exception;
  }

  /** As the command line calls it. */
  String name();

  /** What it does, in a sentence or two. */
  String about();

  /** Reads its settings; problems are gathered in the environment. */
  Start configure(Env env);
}
