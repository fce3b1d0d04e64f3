package fob.function;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the code of a function is. The constructor throws an IllegalArgumentException for an invalid
 * value; its message is for the user.
 *
 * <p>For a driver of fob, an archive is a gzipped tar archive, which always has an entry file. For
 * an image it is a zip file, and the image knows what to load from it.
 *
 * @param entry the path of the entry file in an archive; null if the code is one source file, or
 *     the image knows
 * @param image the image that runs the code instead of the language's driver; null if there is none
 * @param main the name of the code's entry point in an image; null: the usual one
 * @param files how many files an archive has, for people; 0 if it is none, or nobody counted them
 */
public record Upload(
    @Nullable String entry, @Nullable String image, @Nullable String main, int files) {

  public static final Upload SOURCE = new Upload(null, null);

  /** What stands in the place of the language of a function that has an image. */
  public static final String LANGUAGE = "image";

  private static final int LONGEST = 255;
  private static final String PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";

  /** A reference of Docker: registry, path, tag and digest. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?/)?%1$s(?:/%1$s)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
              .formatted(PART));

  /** Names of functions, and of classes with their methods. */
  private static final Pattern MAIN = Pattern.compile("[\\w.$#:/-]{1,200}");

  public Upload {
    if (image != null && (image.length() > LONGEST || !IMAGE.matcher(image).matches())) {
      throw new IllegalArgumentException("'image' must be %s".formatted(IMAGE_FORM));
    }
    if (main != null && image == null) {
      throw new IllegalArgumentException(
          "'main' is only for a function with an image; a driver of fob calls 'callme'");
    }
    if (main != null && !MAIN.matcher(main).matches()) {
      throw new IllegalArgumentException(
          "'main' must be the name of the code's entry point, such as main");
    }
    if (files < 0) {
      throw new IllegalArgumentException("'files' must be a number of files, not " + files);
    }
  }

  /** What the name of an image looks like, for messages. */
  public static final String IMAGE_FORM =
      "the name of an image in lower case with an optional tag, such as openwhisk/action-python-v3.12:latest";

  /** Creates an upload with the usual entry point. */
  public Upload(@Nullable String entry, @Nullable String image) {
    this(entry, image, null);
  }

  /** Creates an upload whose files nobody counted. */
  public Upload(@Nullable String entry, @Nullable String image, @Nullable String main) {
    this(entry, image, main, 0);
  }

  /** Returns the same upload with a number of files. */
  public Upload with(int count) {
    return new Upload(entry, image, main, count);
  }

  /** Returns whether the code is an archive for a driver of fob. */
  public boolean isArchive() {
    return entry != null && image == null;
  }
}
