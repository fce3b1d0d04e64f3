package fob.service;

/**
 * A service that runs as a process of its own. All programs are listed in {@code
 * META-INF/services/fob.service.Program}. So each program knows the environment variables of all
 * programs, and all of them can be started with the same environment.
 */
public interface Program {

  /** A configured service that is not started yet. */
  @FunctionalInterface
  interface Start {
    /**
     * Starts the service, which runs until it is closed.
     *
     * @throws Exception if the service cannot start; the message is for the user
     */
    AutoCloseable start() throws Exception;
  }

  /** Returns the name of the service's command, such as {@code gateway}. */
  String name();

  /** Returns what the service does, in one or two sentences for {@code --help}. */
  String about();

  /** Reads the service's settings. The environment collects the problems. */
  Start configure(Env env);
}
