package fob.deployer.image;

import fob.function.Limits;
import java.util.Map;

/** The environment of an image's container, besides what {@code POST /init} gives to the code. */
public final class ImageVariables {

  /** Where runtimes of OpenWhisk unpack code. */
  public static final String ACTION = "/action";

  private ImageVariables() {}

  /**
   * Turns the environment of a driver that fetches its code into that of an image, which gets its
   * code with a request.
   */
  public static void change(Map<String, String> all, Limits limits) {
    all.keySet().removeIf(name -> name.startsWith("FOB_CODE_"));
    all.put("FOB_LISTEN", "tcp:0.0.0.0:" + ImageClient.PORT);
    if (limits.concurrency() > 1) {
      all.put("__OW_ALLOW_CONCURRENT", "true");
    }
  }
}
