package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import fob.bus.wire.Topics;
import fob.deployer.Driver;
import fob.deployer.local.Trees;
import fob.function.Code;
import fob.function.FunctionSpec;
import fob.function.Language;
import fob.function.Upload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** What code declares of dependencies, as {@code language.json} says. */
final class Declarations {

  static final String CODE_FILE = "function";

  /** The bounds of an archive of code, which are those of the gateway. */
  private static final Untar BOUNDS = new Untar(2 * 4096, 64L << 20);

  /** How much of an entry file is searched, which is as much as a single source file may have. */
  private static final int MOST_READ = Topics.MAX_VALUE_BYTES;

  private Declarations() {}

  /** Whether the code may declare dependencies. This takes a fraction of a second at most. */
  static boolean mayBeIn(Code code, FunctionSpec spec, Driver driver) {
    Upload upload = spec.upload();
    Language language = driver.file().language();
    return !driver.file().install().isEmpty()
        && upload.image() == null
        && (upload.isArchive()
            ? declaresInArchive(code, upload, language)
            : language.mayDeclareIn(new String(code.bytes(), UTF_8)));
  }

  private static boolean declaresInArchive(Code code, Upload upload, Language language) {
    Untar.EntryTest declares =
        (name, content) ->
            language.manifests().contains(name)
                || (name.equals(upload.entry())
                    && language.mayDeclareIn(new String(content.readNBytes(MOST_READ), UTF_8)));
    try (InputStream archive = new GZIPInputStream(new ByteArrayInputStream(code.bytes()))) {
      return BOUNDS.has(declares, archive);
    } catch (IOException broken) {
      return false; // its driver tells that
    }
  }

  /**
   * Returns what an installer gets of the code: an archive as it is, and of a source file the
   * declarations, each in its line, if {@code language.json} says how to find them.
   */
  static byte[] of(Code code, FunctionSpec spec, Driver driver) {
    List<String> expressions = driver.file().declarations();
    return expressions.isEmpty() || spec.upload().isArchive()
        ? code.bytes()
        : in(new String(code.bytes(), UTF_8), expressions).getBytes(UTF_8);
  }

  private static String in(String source, List<String> expressions) {
    StringBuilder found = new StringBuilder();
    int end = 0;
    Matcher matcher = Pattern.compile(String.join("|", expressions)).matcher(source);
    while (matcher.find()) {
      found.append(source.substring(end, matcher.start()).replaceAll("[^\n]", ""));
      found.append(matcher.group());
      end = matcher.end();
    }
    return found.append('\n').toString();
  }

  /** Writes what an installer gets into an empty folder. */
  static void unpack(byte[] declarations, FunctionSpec spec, Path folder) throws IOException {
    if (!spec.upload().isArchive()) {
      Trees.file(folder.resolve(CODE_FILE), declarations, "r--r--r--");
      return;
    }
    try (InputStream archive = new GZIPInputStream(new ByteArrayInputStream(declarations))) {
      BOUNDS.into(folder, archive);
    }
  }
}
