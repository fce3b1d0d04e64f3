package fob.deployer;

import com.fasterxml.jackson.databind.JsonNode;
import fob.bus.wire.Json;
import fob.function.Upload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The app spec of an image that runs a function's code instead of a driver of fob's. */
final class ImageDriver {

  private static final JsonNode APP =
      Json.parse(
          """
          {"cpus": 0.1,
           "env": {"LANG": "C.UTF-8", "HOME": "/tmp", "TMPDIR": "/tmp"},
           "networks": [{"mode": "container/bridge"}],
           "container": {
             "type": "DOCKER",
             "docker": {"parameters": [{"key": "init", "value": "true"}]}},
           "healthChecks": [{
             "protocol": "MESOS_TCP",
             "portIndex": 0,
             "delaySeconds": 5,
             "gracePeriodSeconds": 60,
             "intervalSeconds": 5,
             "timeoutSeconds": 3,
             "maxConsecutiveFailures": 6}]}
          """
              .getBytes(StandardCharsets.UTF_8));

  private ImageDriver() {}

  static Driver of(String image) {
    JsonNode app = APP.deepCopy();
    app.withObject("/container/docker").put("image", image);
    return new Driver(Upload.LANGUAGE, Path.of("/"), app);
  }
}
