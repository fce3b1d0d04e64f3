package fob.deployer.local;

import fob.deployer.CodeSource;
import fob.deployer.FunctionSecrets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gives the instances of one function its secrets, as files, and knows which secrets each instance
 * has got. Thread-safe.
 */
public final class InstanceSecrets {

  /** Where a function finds its secrets. */
  public static final String DIRECTORY = "/run/secrets";

  private final FunctionSecrets secrets;

  /** The versions that instances have got, by their numbers. */
  private final Map<Integer, String> versions = new ConcurrentHashMap<>();

  public InstanceSecrets(CodeSource code) {
    this.secrets = code.secrets();
  }

  /**
   * Writes the secrets into a new directory, for one instance.
   *
   * @param owner the user who may read them; empty: fob's own
   * @param directoryRights such as {@code rwx------}
   * @param fileRights such as {@code r--------}
   * @return the version of the secrets
   * @throws StartRefused if a secret is missing or cannot be decrypted
   */
  public String write(
      int number, Path directory, OptionalInt owner, String directoryRights, String fileRights)
      throws IOException {
    // Before the values: if one changes meanwhile, the instance counts as outdated.
    String version = secrets.version();
    Map<String, byte[]> values = read();
    try {
      Trees.directory(directory, "rwx------");
      for (Map.Entry<String, byte[]> each : values.entrySet()) {
        Trees.give(
            Trees.file(directory.resolve(each.getKey()), each.getValue(), fileRights), owner);
      }
      Trees.rights(directory, directoryRights);
      Trees.give(directory, owner);
    } finally {
      values.values().forEach(value -> Arrays.fill(value, (byte) 0));
    }
    has(number, version);
    return version;
  }

  private Map<String, byte[]> read() throws StartRefused {
    try {
      return secrets.read();
    } catch (IOException e) {
      throw StartRefused.untilOperatorActs(String.valueOf(e.getMessage()));
    }
  }

  /** An instance has got this version of the secrets. */
  public void has(int number, String version) {
    versions.put(number, version);
  }

  /** Whether a new instance would get other secrets than this one. */
  public boolean isOutdated(int number) {
    String version = versions.get(number);
    return version != null && !version.equals(secrets.version());
  }

  /** Forgets an instance that has ended. */
  public void forget(int number) {
    versions.remove(number);
  }
}
