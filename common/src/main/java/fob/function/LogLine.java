package fob.function;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A line that a function printed, or that fob wrote to the function's log.
 *
 * @param request the id of the call that printed the line; {@link #NO_REQUEST} outside calls
 * @param level as the function's logger gave it; null if the line has none
 * @param text without the level
 * @param instance the id of the instance; null if fob wrote the line
 */
public record LogLine(
    Instant time, String request, @Nullable Level level, String text, @Nullable String instance) {

  /** Stands for the request id in lines outside calls. */
  public static final String NO_REQUEST = "-";

  /** The levels of the languages' loggers, from the least on. */
  public enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR;

    /** Returns the level with which the text of a line begins, with a space after it. */
    public static Optional<Level> atBeginningOf(String text) {
      for (Level level : values()) {
        String name = level.name();
        if (text.startsWith(name) && text.startsWith(" ", name.length())) {
          return Optional.of(level);
        }
      }
      return Optional.empty();
    }
  }
}
