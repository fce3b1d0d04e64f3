public class MainTest {

  static void main() {
    String greeting = Main.callme("Ada");
    if (!greeting.equals("Hello, Ada!")) {
      throw new AssertionError("expected a greeting by name, but got " + greeting);
    }
    IO.println("passed");
  }
}
