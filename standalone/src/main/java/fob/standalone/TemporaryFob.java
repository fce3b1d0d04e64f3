package fob.standalone;

import fob.service.FileTree;
import fob.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A fob on a folder of its own and free ports, which leaves nothing behind. */
final class TemporaryFob {

  private TemporaryFob() {}

  /** Its folder; to be made before anything makes a logger, whose file lies in it. */
  static DataFolder folder() throws IOException {
    Path folder = Files.createTempDirectory("fob-demo-");
    System.setProperty(Home.LOG_PROPERTY, DataFolder.fobLog(folder).toString());
    return DataFolder.open(folder);
  }

  /**
   * Starts it.
   *
   * @param parts takes it over with its folder, and may be closed while it still starts
   */
  static Standalone start(DataFolder data, Service parts) throws Exception {
    parts.add(() -> FileTree.delete(data.path()));
    parts.add(data);
    return Standalone.start(
        new Standalone.Options(
            data.path(), "127.0.0.1", "", 0, 0, Home.drivers(), LocalPlatform.process(false)),
        data,
        parts.add(new Service()));
  }
}
