package fob.chaos.check;

/** The faults of a run. */
public enum Fault {
  KILL_BROKER("broker killed", true),
  RESTART_BROKER("broker restarted", true),
  KILL_INVOKER("invoker killed", true),
  FREEZE_INVOKER("invoker frozen", true),
  STOP_INVOKER("invoker stopped", true),
  KILL_GATEWAY("gateway killed", false),
  FREEZE_GATEWAY("gateway frozen", false),
  KILL_DEPLOYER("deployer killed", false),
  FREEZE_DEPLOYER("deployer frozen", false),
  KILL_FUNCTION("function's process killed", false),
  /** Not injected but observed: the machine gave this process no processor time for a while. */
  STALL("machine stalled", true);

  private final String text;
  private final boolean mayRepeat;

  Fault(String text, boolean mayRepeat) {
    this.text = text;
    this.mayRepeat = mayRepeat;
  }

  /** Returns whether this fault may cause a call to be run or answered twice. */
  boolean mayRepeat() {
    return mayRepeat;
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
