package fob.gateway.upload;

import fob.gateway.http.Problem;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of a registration, whose form is known and whose code is not checked yet.
 *
 * @param contentType null if the request has none
 * @param body must not be changed
 * @param form null if the body is no form
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Posted(@Nullable String contentType, byte[] body, FormFiles.@Nullable Form form) {

  /**
   * Reads the parts of a form; another body stays as it is.
   *
   * @throws Problem if the form is malformed
   */
  public static Posted of(@Nullable String contentType, byte[] body) {
    return new Posted(
        contentType,
        body,
        contentType != null && FormFiles.isForm(contentType)
            ? FormFiles.read(contentType, body)
            : null);
  }

  /** Returns the settings of a form, as JSON. */
  public Optional<byte[]> settings() {
    return form == null ? Optional.empty() : Optional.ofNullable(form.settings());
  }

  /** Returns the files of a form; none if the body is no form. */
  List<Member.InMemory> files() {
    return form == null ? List.of() : form.files();
  }
}
