package fob.function;

import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one version of a function, without its code. The constructors throw an
 * IllegalArgumentException for invalid values.
 *
 * @param language the name of the driver that runs the code, such as {@code python}
 * @param name the name that the user gave to the function; null if none
 * @param retry how often and how long asynchronous calls are retried
 * @param environment the environment variables and the secrets
 * @param upload what the code is: one source file, an archive, or an image
 * @param codeSha256 SHA-256 of the code, 64 lower-case hex digits
 * @param codeBytes the size of the code in bytes; 0 only for a registration that was refused
 * @param registered when the gateway accepted the registration
 * @param mcp whether clients of MCP may call the function as a tool; it then has a name
 */
public record FunctionSpec(
    FunctionId id,
    String language,
    @Nullable FunctionName name,
    Limits limits,
    RetryPolicy retry,
    Environment environment,
    Upload upload,
    String codeSha256,
    int codeBytes,
    Instant registered,
    boolean mcp) {

  private static final Pattern LANGUAGE = Pattern.compile("[a-z][a-z0-9.+-]{0,31}");
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** Creates a version with the default retry policy. */
  public FunctionSpec(
      FunctionId id,
      String language,
      @Nullable FunctionName name,
      Limits limits,
      String codeSha256,
      int codeBytes,
      Instant registered) {
    this(id, language, name, limits, RetryPolicy.DEFAULT, codeSha256, codeBytes, registered);
  }

  /** Creates a version that consists of one source file, without an environment. */
  public FunctionSpec(
      FunctionId id,
      String language,
      @Nullable FunctionName name,
      Limits limits,
      RetryPolicy retry,
      String codeSha256,
      int codeBytes,
      Instant registered) {
    this(
        id,
        language,
        name,
        limits,
        retry,
        Environment.EMPTY,
        Upload.SOURCE,
        codeSha256,
        codeBytes,
        registered);
  }

  /** Creates a version that is no tool of MCP. */
  public FunctionSpec(
      FunctionId id,
      String language,
      @Nullable FunctionName name,
      Limits limits,
      RetryPolicy retry,
      Environment environment,
      Upload upload,
      String codeSha256,
      int codeBytes,
      Instant registered) {
    this(
        id,
        language,
        name,
        limits,
        retry,
        environment,
        upload,
        codeSha256,
        codeBytes,
        registered,
        false);
  }

  public FunctionSpec {
    if (!LANGUAGE.matcher(language).matches()) {
      throw new IllegalArgumentException("'" + language + "' is not the form of a language name");
    }
    if (!SHA_256.matcher(codeSha256).matches()) {
      throw new IllegalArgumentException("'" + codeSha256 + "' is not a SHA-256 in hex");
    }
    if (codeBytes < 0) {
      throw new IllegalArgumentException("code of " + codeBytes + " bytes");
    }
    if (mcp && name == null) {
      throw new IllegalArgumentException(
          "mcp: a tool is called by the function's name, so the function needs one");
    }
  }
}
