package fob.function;

import java.util.Optional;
import java.util.UUID;

/** Identifies one version of a function. The code and the settings of a version never change. */
public record FunctionId(UUID value) {

  private static final int TEXT_LENGTH = 36;

  public static FunctionId random() {
    return new FunctionId(UUID.randomUUID());
  }

  /** Parses the canonical form of 36 characters in either case; returns empty for another text. */
  public static Optional<FunctionId> parse(String text) {
    if (text.length() != TEXT_LENGTH) {
      return Optional.empty();
    }
    try {
      // fromString accepts groups that are too short or too long, so the text is compared.
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
