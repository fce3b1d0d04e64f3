package fob.deployer.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;

/**
 * Numbers the functions, warm sandboxes and installers of a platform, each of which has a directory
 * as long as it exists. The user ids of sandboxes repeat after some numbers, so a number is left
 * out if its user id is still in use. Thread-safe.
 */
final class FunctionNumbers implements IntSupplier {

  private final IntFunction<Path> directories;
  private final int ids;
  private int last; // guarded by this

  /**
   * @param directories returns the directory of a number
   * @param ids how many user ids there are
   */
  FunctionNumbers(IntFunction<Path> directories, int ids) {
    this.directories = directories;
    this.ids = ids;
  }

  /**
   * Returns a number, from 1, that was not returned before. If all user ids are in use, it has the
   * one that was given longest ago.
   */
  @Override
  public synchronized int getAsInt() {
    int longestAgo = last + 1;
    for (int number = longestAgo; number < longestAgo + ids; number++) {
      if (isFree(number)) {
        last = number;
        return number;
      }
    }
    last = longestAgo;
    return longestAgo;
  }

  /** Whether nothing is left of the earlier numbers with the same user id. */
  private boolean isFree(int number) {
    for (int earlier = number - ids; earlier > 0; earlier -= ids) {
      if (Files.exists(directories.apply(earlier))) {
        return false;
      }
    }
    return true;
  }
}
