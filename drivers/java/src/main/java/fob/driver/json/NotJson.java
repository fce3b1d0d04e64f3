package fob.driver.json;

/**
 * A value cannot be written as JSON.
 *
 * <p>{@link #where} is its place, such as {@code result['a'][1]}.
 */
public final class NotJson extends Exception {

  private static final long serialVersionUID = 1;

  private final String where;
  private final String type;

  NotJson(String where, String type, String problem) {
    super(problem);
    this.where = where;
    this.type = type;
  }

  public String where() {
    return where;
  }

  public String type() {
    return type;
  }
}
