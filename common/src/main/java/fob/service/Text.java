package fob.service;

/** Prepares text that others wrote (keys, headers, messages of drivers) for fob's own output. */
public final class Text {

  private static final char CUT = '…';

  private Text() {}

  /**
   * The text as one line of a log or a terminal: control characters, line separators and characters
   * that change the direction of text are written as {@code \n} or {@code \}{@code u001b}. So it
   * can neither end a log line nor change what is shown of it.
   *
   * @param maxChars how much of the text is shown; {@code …} marks that there was more
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
   * The beginning of a text.
   *
   * @param maxChars how much of the text is kept; {@code …} marks that there was more
   */
  public static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    boolean splitsPair = maxChars > 0 && Character.isHighSurrogate(text.charAt(maxChars - 1));
    return text.substring(0, splitsPair ? maxChars - 1 : maxChars) + CUT;
  }
}
