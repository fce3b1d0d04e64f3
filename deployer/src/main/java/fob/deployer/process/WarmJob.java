package fob.deployer.process;

import fob.deployer.Driver;
import fob.deployer.local.InstanceLocation;
import fob.function.FunctionSpec;
import fob.function.Limits;
import fob.function.Upload;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A driver without a function, which waits for the code of one. Everything that is fixed when a
 * sandbox starts is the same as for a function without settings of its own.
 *
 * @param driverFiles the platform's copy of the driver
 * @param empty a directory without files, in the place of the code
 * @param user the user id of the sandbox on the host; empty: fob's own
 */
record WarmJob(Driver driver, Path driverFiles, Path empty, OptionalInt user)
    implements SandboxJob {

  /** As JSON, such a code is still within the bound of what drivers take. */
  private static final int LARGEST_CODE = 1024 * 1024;

  /**
   * Whether an instance of the function can be started by giving its code to such a driver: nothing
   * that is fixed at the start of a sandbox differs.
   *
   * @param layer the dependencies; null if there are none
   */
  static boolean fits(FunctionSpec spec, @Nullable Path layer) {
    Limits limits = spec.limits();
    Limits ofOne =
        new Limits(
            limits.timeout(),
            limits.concurrency(),
            limits.memoryMiB(),
            1,
            limits.network(),
            limits.cpuMillis());
    Upload upload = spec.upload();
    return ofOne.equals(Limits.DEFAULT)
        && spec.environment().variables().isEmpty()
        && spec.environment().secrets().isEmpty()
        && upload.entry() == null
        && upload.image() == null
        && layer == null
        && spec.codeBytes() <= LARGEST_CODE;
  }

  @Override
  public Limits limits() {
    return Limits.DEFAULT;
  }

  @Override
  public Sandbox.Files files(Path run) {
    return new Sandbox.Files(driverFiles, empty, run, Optional.empty(), null, List.of());
  }

  @Override
  public List<String> program() {
    return driver.args();
  }

  @Override
  public Map<String, String> environment(String run, String code, String secrets, String layer) {
    Map<String, String> all = new TreeMap<>(driver.env(limits()));
    all.put("FOB_LISTEN", "unix:" + run + "/" + InstanceLocation.SOCKET);
    return all;
  }
}
