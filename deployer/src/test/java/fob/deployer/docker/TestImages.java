package fob.deployer.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Images that tests build from the image of the Python driver. */
final class TestImages {

  private static final Path EXAMPLE = Path.of("../examples/openwhisk").toAbsolutePath().normalize();

  private TestImages() {}

  /** Returns the example of an OpenWhisk runtime. */
  static String example() throws IOException {
    return build("", EXAMPLE.toString());
  }

  /** Returns an image that runs this Python program. */
  static String python(String program) throws IOException {
    String quoted = program.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return build(
        "FROM fob-driver-python:latest\nCMD [\"python3\",\"-c\",\"" + quoted + "\"]\n", "-");
  }

  /** Returns a program that accepts connections and does this with each, named {@code c}. */
  static String server(String action) {
    return """
    import socket, threading, time
    def serve(c):
        c.recv(9999)
        %s
        c.close()
    s = socket.create_server(('0.0.0.0', 8080))
    while True:
        threading.Thread(target=serve, args=(s.accept()[0],)).start()
    """
        .formatted(action);
  }

  /** Images without a name are named by their id; the engine keeps them for the next run. */
  private static String build(String dockerfile, String context) throws IOException {
    List<String> command = new ArrayList<>(List.of("docker", "build", "-q", context));
    Process docker = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream in = docker.getOutputStream()) {
      in.write(dockerfile.getBytes(StandardCharsets.UTF_8));
    }
    String id = new String(docker.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      assertThat(docker.waitFor()).as(id).isZero();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return id.substring(id.lastIndexOf("sha256:") + "sha256:".length()); // warnings come first
  }
}
