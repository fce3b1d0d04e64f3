package fob.function;

import java.util.Optional;
import java.util.UUID;

/**
 * Names one immutable version of a function: its code and its settings never change under an id.
 */
public record FunctionId(UUID value) {

  private static final int TEXT_LENGTH = 36;

  public static FunctionId random() {
    return new FunctionId(UUID.randomUUID());
  }

  /** Reads the canonical 36-character form in either case; anything else is empty. */
  public static Optional<FunctionId> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      // fromString is lenient: it takes parts of other lengths and drops what is too much.
      UUID value = UUID.fromString(text);
      return value.toString().equalsIgnoreCase(text)
          ? Optional.of(new FunctionId(value))
          : Optional.empty();
    } catch (IllegalArgumentException notAUuid) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
