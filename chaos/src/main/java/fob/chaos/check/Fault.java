package fob.chaos.check;

/** What is done to a running fob. */
public enum Fault {
  KILL_BROKER("broker killed", Repeats.ANY),
  RESTART_BROKER("broker restarted", Repeats.ANY),
  KILL_INVOKER("invoker killed", Repeats.ANY),
  FREEZE_INVOKER("invoker frozen", Repeats.ANY),
  STOP_INVOKER("invoker stopped", Repeats.ANY),
  KILL_GATEWAY("gateway killed", Repeats.KEYED),
  FREEZE_GATEWAY("gateway frozen", Repeats.KEYED),
  KILL_DEPLOYER("deployer killed", Repeats.NONE),
  KILL_FUNCTION("function's process killed", Repeats.NONE),
  /** Nobody's doing: the machine gave this process no time, so fob's may have had none either. */
  STALL("machine stalled", Repeats.ANY);

  private enum Repeats {
    ANY,
    KEYED,
    NONE
  }

  private final String text;
  private final Repeats repeats;

  Fault(String text, Repeats repeats) {
    this.text = text;
    this.repeats = repeats;
  }

  /** Whether a call made so may run, or be answered, twice for it. */
  boolean mayRepeat(Way way) {
    return switch (repeats) {
      case ANY -> true;
      case KEYED -> way == Way.KEYED_HTTP;
      case NONE -> false;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
