package fob.deployer.layer;

import fob.deployer.Driver;
import fob.deployer.local.StartRefused;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the installers of languages in sandboxes of one platform. Thread-safe. */
public interface Installer {

  /**
   * One step of an installer: {@code lock} or {@code install}; see the contract of drivers.
   *
   * @param code the folder that the sandbox sees as {@code /fob/code}, readable by everybody
   * @param lock the file that it sees as {@code /fob/lock.json}; null: there is none
   * @param entry the path of the entry file in the code; null: the code is one file
   */
  record Step(Driver driver, String verb, Path code, @Nullable Path lock, @Nullable String entry) {}

  /**
   * Returns what a layer depends on besides the versions: the system and the runtime.
   *
   * @throws StartRefused if this is not known now
   * @throws IOException if it cannot be found out
   */
  String runtimeOf(Driver driver) throws IOException;

  /**
   * Returns the folder for the files of installers and layers, whose content sandboxes can read.
   */
  Path directory();

  InstallSettings settings();

  /**
   * Whether instances see the unpacked layers of this machine. If they do not, layers are not
   * unpacked here: instances fetch them from a gateway.
   */
  default boolean unpacksLayers() {
    return true;
  }

  /**
   * Runs a step, and copies its output into an empty folder. Blocks; an interrupt ends the step.
   *
   * @param progress gets the time that the step has taken, now and then
   * @throws InstallFailed if the step failed; the message is for the user
   * @throws StartRefused if it cannot be run now
   * @throws IOException if it could not be run
   */
  void run(Step step, Path output, Consumer<String> progress)
      throws IOException, InterruptedException;
}
