package fob.function;

/** A user's request to the deployer: one record of {@code fob.gen}. */
public sealed interface Registration {

  /** Who makes a request that does not say it. */
  String ANONYMOUS = "anonymous";

  /** Returns what the request is about: a function's id, or a name. */
  String key();

  /** Returns who makes the request. */
  String by();

  /** Asks to run a function. */
  record Register(FunctionSpec spec, Code code, String by) implements Registration {
    public Register {
      if (code.bytes().length != spec.codeBytes()) {
        throw new IllegalArgumentException(
            "code has " + code.bytes().length + " bytes, its spec says " + spec.codeBytes());
      }
    }

    public Register(FunctionSpec spec, Code code) {
      this(spec, code, ANONYMOUS);
    }

    @Override
    public String key() {
      return spec.id().toString();
    }
  }

  /** Asks to stop a function and to delete it. */
  record Remove(FunctionId id, String by) implements Registration {
    public Remove(FunctionId id) {
      this(id, ANONYMOUS);
    }

    @Override
    public String key() {
      return id.toString();
    }
  }

  /** Asks to change where a name leads. */
  record ChangeName(FunctionName name, NameChange change) implements Registration {
    @Override
    public String key() {
      return name.value();
    }

    @Override
    public String by() {
      return change.by();
    }
  }

  /** Asks to delete a name, with all its versions. */
  record RemoveName(FunctionName name, String by) implements Registration {
    @Override
    public String key() {
      return name.value();
    }
  }
}
