package fob.deployer.docker;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.Driver;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.Installer;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.layer.StepRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Runs installers in containers of their languages' images, a new one for each step. Such a
 * container has a network, no secrets, and nothing of other functions. Its output stays in its
 * memory, and comes out as a tar archive that is not trusted. Thread-safe.
 */
record DockerInstaller(DockerContext context) implements Installer {

  /** Native code in packages depends on what the image has. */
  @Override
  public String runtimeOf(Driver driver) throws IOException {
    JsonNode image = inspect(new DriverImage(driver, context.engine()));
    return "docker %s %s".formatted(image.path("Architecture").asText(), image.path("Id").asText());
  }

  private static JsonNode inspect(DriverImage image) throws IOException {
    Template template = image.template();
    return image.inspect(template).orElseThrow(() -> DriverImage.missing(template));
  }

  @Override
  public Path directory() {
    return context.files().layers();
  }

  @Override
  public InstallSettings settings() {
    return context.config().install();
  }

  @Override
  public void run(Step step, Path output, Consumer<String> progress)
      throws IOException, InterruptedException {
    DriverImage image = new DriverImage(step.driver(), context.engine());
    String imageUser = inspect(image).path("Config").path("User").asText();
    JsonNode body =
        InstallerSpec.body(new StepRun(step, settings()), image.template(), imageUser, context);
    String name = "fob-installer-%08x".formatted(RandomGenerator.getDefault().nextInt());
    InstallerOutput said = new InstallerOutput(settings(), output);
    try {
      new InstallerContainer(name, context, said).run(body, progress);
    } catch (EngineError | EngineAway e) {
      throw DriverImage.refusal(e, image.template());
    }
  }
}
