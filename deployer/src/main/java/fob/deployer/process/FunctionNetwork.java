package fob.deployer.process;

/** Which network the functions get that have {@code network=true}. */
public enum FunctionNetwork {
  /** Their own where that works, else the host's. */
  AUTO,
  /** Their own; where that does not work, fob does not start. */
  OWN,
  /** The host's. */
  HOST;

  static final String VARIABLE = "FOB_FUNCTION_NETWORK";

  static FunctionNetwork parse(String text) {
    return switch (text) {
      case "auto" -> AUTO;
      case "own" -> OWN;
      case "host" -> HOST;
      default -> throw new IllegalArgumentException();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
