package fob.function;

import org.jspecify.annotations.Nullable;

/**
 * What the code of a function is. The constructor throws an IllegalArgumentException for an invalid
 * value; its message is for the user.
 *
 * @param entry if the code is a gzipped tar archive, the path of the entry file in it; null if the
 *     code is one source file
 * @param image the image that runs the code instead of the language's driver; null if there is none
 */
public record Upload(@Nullable String entry, @Nullable String image) {

  public static final Upload SOURCE = new Upload(null, null);

  /** Returns whether the code is an archive. */
  public boolean isArchive() {
    return entry != null;
  }
}
