package fob.deployer.process;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many warm sandboxes are kept for each language. Immutable.
 *
 * @param each for a language that {@code ahead} does not name, from its first use on; 0 to {@value
 *     #MOST}
 * @param ahead by language; these sandboxes are started before the first use
 */
public record WarmSizes(int each, Map<String, Integer> ahead) {

  public static final String VARIABLE = "FOB_WARM_SANDBOXES";
  public static final int MOST = 100;

  /** No function starts in a warm sandbox. */
  public static final WarmSizes NONE = new WarmSizes(0, Map.of());

  public static final WarmSizes STANDARD = new WarmSizes(2, Map.of());

  public WarmSizes {
    ahead = Map.copyOf(ahead);
    require(each);
    ahead.values().forEach(WarmSizes::require);
  }

  private static void require(int size) {
    if (size < 0 || size > MOST) {
      throw new IllegalArgumentException("warm sandboxes must be 0 to " + MOST + ", not " + size);
    }
  }

  /**
   * Reads a number for each language, or {@code LANGUAGE=NUMBER}, or several of these separated by
   * commas. Where it has no number for each language, the others have none.
   *
   * @param languages those that there are
   * @throws IllegalArgumentException if the text is something else
   */
  static WarmSizes parse(String text, List<String> languages) {
    int each = 0;
    Map<String, Integer> ahead = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      String[] pair = part.strip().split("=", 2);
      int size = Integer.parseInt(pair[pair.length - 1].strip());
      if (pair.length == 1) {
        each = size;
      } else if (languages.contains(pair[0].strip())) {
        ahead.put(pair[0].strip(), size);
      } else {
        throw new IllegalArgumentException("there is no language " + pair[0]);
      }
    }
    return new WarmSizes(each, ahead);
  }

  int of(String language) {
    return ahead.getOrDefault(language, each);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(Integer.toString(each));
    new TreeMap<>(ahead)
        .forEach((language, size) -> text.append(",").append(language).append("=").append(size));
    return text.toString();
  }
}
