package fob.deployer.layer;

import fob.function.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How a step of an installer runs in a sandbox, on every platform. Immutable. */
public record StepRun(Installer.Step step, InstallSettings settings) {

  /** Where the installer writes its output. */
  public static final String OUTPUT = "/fob/out";

  /** Where it finds the exact versions. */
  public static final String LOCK = "/fob/lock.json";

  /** The output is copied in the end, when nothing can fail it any more but its size. */
  private static final String COPY_OUTPUT =
      "\"$@\" 1>&2 && exec tar --hard-dereference -C " + OUTPUT + " -cf - .";

  /** Room for the installer itself, beside the packages in /tmp and the output. */
  private static final int OWN_MEMORY_MIB = 512;

  private static final int THREADS = 100;

  /** Returns the bounds of the sandbox. */
  public Limits limits() {
    return new Limits(
        settings.timeout().compareTo(Limits.MAX_TIMEOUT) > 0
            ? Limits.MAX_TIMEOUT
            : settings.timeout(),
        THREADS,
        Math.min(Limits.MAX_MEMORY_MIB, OWN_MEMORY_MIB + 3 * settings.layerMiB()),
        1,
        true);
  }

  /** Returns the most bytes of the output. */
  public long outputBytes() {
    return settings.layerBytes();
  }

  /** Returns the environment variables: those of the operator that the language knows. */
  public Map<String, String> environment() {
    Map<String, String> all = new TreeMap<>(settings.variables());
    all.keySet().retainAll(step.driver().file().settings());
    String entry = step.entry();
    if (entry != null) {
      all.put("FOB_CODE_ENTRY", entry);
    }
    return all;
  }

  /** Returns the command, which writes the output to stdout, as a tar archive. */
  public List<String> program() {
    List<String> program = new ArrayList<>(List.of("/bin/sh", "-c", COPY_OUTPUT, "sh"));
    program.addAll(step.driver().file().install());
    program.add(step.verb());
    return program;
  }
}
