package fob.deployer.process;

/** The network of functions that have {@code network=true}. */
public enum FunctionNetwork {
  /** A network of their own if that works here, else the host's. */
  AUTO,
  /** A network of their own; if that does not work here, fob does not start. */
  OWN,
  /** The host's network. */
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
