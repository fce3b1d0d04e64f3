package fob.driver;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.constant.ClassDesc;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.security.cert.Certificate;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads the compiled classes, and classes and resources of the archive and the layer. It sees the
 * JDK, and of the driver only {@link fob.Call}, unless the function has a class of that name.
 * Thread-safe.
 */
final class FunctionLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final Map<String, byte[]> compiled;

  FunctionLoader(Map<String, byte[]> compiled, URL[] places) {
    super("function", places, ClassLoader.getPlatformClassLoader());
    this.compiled = Map.copyOf(compiled);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    return name.equals(ExitAttempt.class.getName())
        ? ExitAttempt.class
        : super.loadClass(name, resolve);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] own = compiled.get(name);
    URL place = own == null ? findResource(name.replace('.', '/') + ".class") : null;
    if (own == null && place == null && name.equals(fob.Call.class.getName())) {
      return fob.Call.class;
    }
    byte[] bytes = own == null ? read(name, place) : own;
    byte[] guarded = ExitGuard.guarded(bytes, this::classFile);
    CodeSource source = place == null ? null : new CodeSource(place, (Certificate[]) null);
    return defineClass(name, guarded, 0, guarded.length, source);
  }

  private static byte[] read(String name, @Nullable URL place) throws ClassNotFoundException {
    if (place == null) {
      throw new ClassNotFoundException(name);
    }
    try (InputStream in = place.openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  private @Nullable InputStream classFile(ClassDesc type) {
    String descriptor = type.descriptorString();
    String path = descriptor.substring(1, descriptor.length() - 1);
    byte[] own = compiled.get(path.replace('/', '.'));
    return own == null ? getResourceAsStream(path + ".class") : new ByteArrayInputStream(own);
  }
}
