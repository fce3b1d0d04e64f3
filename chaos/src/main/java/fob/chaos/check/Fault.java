package fob.chaos.check;

/** The faults of a run. */
public enum Fault {
  KILL_BROKER("broker killed", Repeats.ANY),
  RESTART_BROKER("broker restarted", Repeats.ANY),
  KILL_INVOKER("invoker killed", Repeats.ANY),
  FREEZE_INVOKER("invoker frozen", Repeats.ANY),
  STOP_INVOKER("invoker stopped", Repeats.ANY),
  KILL_GATEWAY("gateway killed", Repeats.KEYED),
  FREEZE_GATEWAY("gateway frozen", Repeats.KEYED),
  KILL_DEPLOYER("deployer killed", Repeats.NONE),
  FREEZE_DEPLOYER("deployer frozen", Repeats.NONE),
  KILL_FUNCTION("function's process killed", Repeats.NONE),
  /** Not injected but observed: the machine gave this process no processor time for a while. */
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

  /** Returns whether this fault may cause a call of this kind to be run or answered twice. */
  boolean mayRepeat(CallKind kind) {
    return switch (repeats) {
      case ANY -> true;
      case KEYED -> kind.isKeyed();
      case NONE -> false;
    };
  }

  /** Returns whether another deployer may be active after this fault. */
  boolean mayReplaceDeployer() {
    return switch (this) {
      case KILL_DEPLOYER, FREEZE_DEPLOYER, KILL_BROKER, RESTART_BROKER, STALL -> true;
      case KILL_INVOKER,
          FREEZE_INVOKER,
          STOP_INVOKER,
          KILL_GATEWAY,
          FREEZE_GATEWAY,
          KILL_FUNCTION ->
          false;
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
