package fob.standalone;

import static org.assertj.core.api.Assertions.assertThat;

/** The runtime of OpenWhisk in {@code examples/openwhisk}. */
final class ExampleImage {

  static final String NAME = "fob-example-openwhisk:latest";

  private ExampleImage() {}

  /** Builds the image, unless the engine has it. */
  static void build() throws Exception {
    String folder = Repository.DRIVERS.resolveSibling("examples/openwhisk").toString();
    Process build =
        new ProcessBuilder("docker", "build", "-q", "-t", NAME, folder)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(build.waitFor()).isZero();
  }
}
