package fob.function;

/** What a user asked of the deployer, in the order of {@code fob.gen}. */
public sealed interface Registration {

  FunctionId id();

  /** Run this function. */
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

  /** Stop this function and forget it. */
  record Remove(FunctionId id) implements Registration {}
}
