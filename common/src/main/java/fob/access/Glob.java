package fob.access;

import com.google.re2j.Pattern;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A pattern of names, in which {@code *} stands for any text, also for none: {@code team-*}. It is
 * matched in a time that grows with the length of the name alone. Immutable.
 */
public final class Glob {

  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_*-]{1,100}");

  /** Matches every name. */
  public static final Glob ALL = new Glob("*");

  /** What a pattern may be, for messages. */
  public static final String EXPECTED =
      "up to 100 of letters, digits, '-', '_' and '*', where '*' stands for any text: team-*";

  private final String text;
  private final Pattern pattern;

  /**
   * @throws IllegalArgumentException if the text is no pattern; the message is for the user
   */
  public Glob(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("'%s': expected %s".formatted(text, EXPECTED));
    }
    this.text = text;
    this.pattern =
        Pattern.compile(
            Arrays.stream(text.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")));
  }

  /** Returns whether this matches every name. */
  public boolean isAll() {
    return equals(ALL);
  }

  public boolean matches(String name) {
    return pattern.matcher(name).matches();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && glob.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
