package fob.deployer.layer;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.zip.GZIPInputStream;

/** Whether code declares dependencies, as {@code language.json} says. */
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

  /** Writes the code into an empty folder, as an installer sees it. */
  static void unpack(Code code, FunctionSpec spec, Path folder) throws IOException {
    if (!spec.upload().isArchive()) {
      Trees.file(folder.resolve(CODE_FILE), code.bytes(), "r--r--r--");
      return;
    }
    try (InputStream archive = new GZIPInputStream(new ByteArrayInputStream(code.bytes()))) {
      BOUNDS.into(folder, archive);
    }
  }
}
