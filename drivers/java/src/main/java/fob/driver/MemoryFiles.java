package fob.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;

/** The compiler's files that are in memory. */
final class MemoryFiles {

  private MemoryFiles() {}

  /** The entry file. Its class may have any name. */
  static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String name, String text) {
      super(URI.create("mem:///" + URLEncoder.encode(name, StandardCharsets.UTF_8)), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }

    @Override
    public boolean isNameCompatible(String simpleName, Kind kind) {
      return kind == Kind.SOURCE;
    }
  }

  /** The class file of {@link fob.Call}. */
  private static final class Api extends SimpleJavaFileObject {

    Api() {
      super(URI.create("mem:///fob/Call.class"), Kind.CLASS);
    }

    @Override
    public InputStream openInputStream() {
      return Objects.requireNonNull(fob.Call.class.getResourceAsStream("Call.class"));
    }
  }

  /**
   * Keeps the class files in memory, and adds {@link fob.Call} to the end of the class path. A
   * source file of that name comes before it, because this class file has no date.
   */
  static final class Output extends ForwardingJavaFileManager<StandardJavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    Output(StandardJavaFileManager files) {
      super(files);
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> all = new HashMap<>();
      written.forEach((name, bytes) -> all.put(name, bytes.toByteArray()));
      return all;
    }

    @Override
    public Iterable<JavaFileObject> list(
        Location location, String packageName, Set<JavaFileObject.Kind> kinds, boolean recurse)
        throws IOException {
      Iterable<JavaFileObject> found = super.list(location, packageName, kinds, recurse);
      if (location != StandardLocation.CLASS_PATH
          || !packageName.equals(fob.Call.class.getPackageName())
          || !kinds.contains(JavaFileObject.Kind.CLASS)) {
        return found;
      }
      List<JavaFileObject> all = new ArrayList<>();
      found.forEach(all::add);
      all.add(new Api());
      return all;
    }

    @Override
    public String inferBinaryName(Location location, JavaFileObject file) {
      return file instanceof Api ? fob.Call.class.getName() : super.inferBinaryName(location, file);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(
          URI.create("mem:///" + name.replace('.', '/') + kind.extension), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          written.put(name, bytes);
          return bytes;
        }
      };
    }
  }
}
