package fob.function;

/** A user's request to the deployer: one record of {@code fob.gen}. */
public sealed interface Registration {

  FunctionId id();

  /** Asks to run a function. */
  record Register(FunctionSpec spec, Code code) implements Registration {
    public Register {
      if (code.bytes().length != spec.codeBytes()) {
        throw new IllegalArgumentException(
            "code has " + code.bytes().length + " bytes, its spec says " + spec.codeBytes());
      }
    }

    @Override
    public FunctionId id() {
      return spec.id();
    }
  }

  /** Asks to stop a function and to delete it. */
  record Remove(FunctionId id) implements Registration {}
}
