package fob.standalone;

import fob.service.FileTree;
import fob.service.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A fob with a temporary folder and free ports. It deletes the folder when it is closed. */
final class TemporaryFob {

  private TemporaryFob() {}

  /** Creates the folder, which must be done before the first logger creates its file there. */
  static DataFolder folder() throws IOException {
    Path folder = Files.createTempDirectory("fob-demo-");
    System.setProperty(Home.LOG_PROPERTY, DataFolder.fobLog(folder).toString());
    return DataFolder.open(folder);
  }

  /**
   * Starts fob.
   *
   * @param parts gets fob and its folder; another thread may close it during the start
   */
  static Standalone start(DataFolder data, Service parts) throws Exception {
    parts.add(() -> FileTree.delete(data.path()));
    parts.add(data);
    return Standalone.start(
        new StandaloneOptions(
            data.path(), "127.0.0.1", "", 0, 0, Home.drivers(), LocalPlatform.process(false)),
        data,
        parts.add(new Service()));
  }
}
