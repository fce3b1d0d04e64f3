package fob.deployer.layer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fob.bus.wire.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What holds for installers in containers. */
public abstract class ContainerInstallerRules extends InstallerRules {

  protected static final InstallSettings SETTINGS = settings(Duration.ofSeconds(20));

  /** Makes a language with one of fob's images, which has no installer for tests. */
  protected static void makeLanguage(Path folder, ObjectNode app, String image, String... install)
      throws IOException {
    Files.createDirectories(folder);
    app.putArray("args").add("true");
    app.withObject("/container/docker").put("image", image);
    Files.write(folder.resolve("driver.json"), Json.bytes(app));
    ObjectNode language = Json.MAPPER.createObjectNode();
    ArrayNode command = language.putArray("install").add("/bin/sh").add("-c");
    for (String word : install) {
      command.add(word);
    }
    language.putArray("settings").add("FOB_TINY");
    Files.write(folder.resolve("language.json"), Json.bytes(language));
  }

  @Override
  protected String timeLimit() {
    return "20s";
  }

  @Override
  protected String user() {
    return "65534";
  }

  @Test
  void anInstallerThatUsesAllMemoryIsToldSo() {
    installer().assertLockFails("a memory", "out of memory");
  }
}
