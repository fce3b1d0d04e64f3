public class Main {

  /** Greets somebody. */
  public static String callme(String name) {
    return "Hello, " + name + "!";
  }
}
