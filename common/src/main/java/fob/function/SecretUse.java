package fob.function;

/**
 * A secret that a function gets: as text {@code NAME} or {@code NAME:file}. The constructor throws
 * an IllegalArgumentException for an invalid name; its message is for the user.
 *
 * @param name the name of the secret, which is also the name of the variable and the file
 * @param asFile whether the function gets it as the file {@code /run/secrets/<name>} alone; else
 *     also as an environment variable
 */
public record SecretUse(String name, boolean asFile) {

  private static final String AS_FILE = ":file";

  public SecretUse {
    Environment.requireName(name);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is invalid; the message is for the user
   */
  public static SecretUse parse(String text) {
    boolean asFile = text.endsWith(AS_FILE);
    return new SecretUse(
        asFile ? text.substring(0, text.length() - AS_FILE.length()) : text, asFile);
  }

  /** Returns the text form. */
  @Override
  public String toString() {
    return asFile ? name + AS_FILE : name;
  }
}
