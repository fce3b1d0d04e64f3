package fob.function;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One version of a name, such as {@code add@3}. It is accepted wherever an id or a name is.
 *
 * @param version from 1 on
 */
public record VersionName(FunctionName name, int version) {

  private static final Pattern FORM = Pattern.compile("([^@]{1,63})@([1-9][0-9]{0,8})");

  /** Parses such a text; returns empty for another one. */
  public static Optional<VersionName> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches() && FunctionName.isValid(matcher.group(1))
        ? Optional.of(
            new VersionName(new FunctionName(matcher.group(1)), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return name + "@" + version;
  }
}
