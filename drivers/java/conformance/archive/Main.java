import java.io.InputStream;
import java.nio.charset.StandardCharsets;

public class Main {
  public static String callme(String name) throws Exception {
    try (InputStream mark = Main.class.getResourceAsStream("data/mark.txt")) {
      return Greeting.of(name) + new String(mark.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }
}
