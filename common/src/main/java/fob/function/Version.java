package fob.function;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the deployer knows of a function as a version of its name.
 *
 * @param number from 1 on; no other version of the name gets it as long as the name exists
 * @param by who registered the version
 * @param retired since when the name does not lead to the version any more; null: it does, or it
 *     will once the version is ready
 * @param surplus whether so many newer versions are kept that this one is removed, once the calls
 *     that may still be waiting for it have ended
 */
public record Version(int number, String by, @Nullable Instant retired, boolean surplus) {

  /** Creates a version that has the name, or is to get it. */
  public Version(int number, String by) {
    this(number, by, null, false);
  }
}
