package fob.bench.counts;

/** What a thread is part of. */
public enum Part {
  /**
   * What does the work of fob's services: gateway, invoker and deployer, or a baseline's clients.
   */
  SERVICES("services"),
  BROKER("broker"),
  /** The compiler and the garbage collector of fob's JVM, and its other helpers. */
  JVM("jvm"),
  /** The function's processes. */
  FUNCTION("function"),
  /** What makes the load. */
  GENERATOR("generator"),
  /** The threads of fob's JVM that a call does not need. */
  IDLE("idle");

  private final String title;

  Part(String title) {
    this.title = title;
  }

  /** Returns its name for people. */
  public String title() {
    return title;
  }
}
