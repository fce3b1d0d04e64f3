package fob.service;

/** Prepares untrusted text (record keys, headers, drivers' messages) for fob's own output. */
public final class Text {

  private static final char CUT = '…';

  private Text() {}

  /**
   * Returns the text as one line for a log or a terminal. Control characters, line separators and
   * characters that change the text's direction are escaped, as {@code \n} or {@code \}{@code
   * u001b}. So the text cannot forge a log line or hide parts of it.
   *
   * @param maxChars the longest text that is shown whole; a longer one is cut and ends with {@code
   *     …}
   */
  public static String printable(String text, int maxChars) {
    String brief = cut(text, maxChars);
    return brief.codePoints().allMatch(Text::isPlain) ? brief : escaped(brief);
  }

  private static String escaped(String text) {
    StringBuilder line = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(character -> {
          switch (character) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
              if (isPlain(character)) {
                line.appendCodePoint(character);
              } else {
                line.append("\\u%04x".formatted(character));
              }
            }
          }
        });
    return line.toString();
  }

  private static boolean isPlain(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  /**
   * Returns the text, or its beginning and {@code …} if it is too long.
   *
   * @param maxChars the longest text that is kept whole
   */
  public static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean splitsPair = maxChars > 0 && Character.isHighSurrogate(text.charAt(maxChars - 1));
    return text.substring(0, splitsPair ? maxChars - 1 : maxChars) + CUT;
  }
}
