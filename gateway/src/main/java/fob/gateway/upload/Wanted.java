package fob.gateway.upload;

import fob.function.Language;
import fob.function.Upload;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a registration says about its upload.
 *
 * @param languages the languages that the code may be written in
 * @param given whether the registration names the language, which is then the only one
 * @param upload the entry file and the image, as far as the registration names them
 */
public record Wanted(List<Language> languages, boolean given, Upload upload) {

  public Wanted {
    languages = List.copyOf(languages);
  }

  /** Returns the path of the entry file; null if the registration names none. */
  @Nullable String entry() {
    return upload.entry();
  }

  /** Returns whether the code is for an image. */
  boolean isForImage() {
    return upload.image() != null;
  }

  /** Returns the names of some languages for a message. */
  static String names(List<Language> languages) {
    return languages.stream().map(Language::name).collect(Collectors.joining(", "));
  }
}
