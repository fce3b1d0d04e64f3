package fob.driver.json;

/** A text is not JSON. The message is for the user. */
public final class JsonException extends Exception {

  private static final long serialVersionUID = 1;

  JsonException(String message) {
    super(message);
  }
}
