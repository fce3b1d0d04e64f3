package fob.standalone;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A fob that test classes share, because a start takes seconds. It starts for the first class and
 * ends with the test run. Tests get it, or a client of it, as a parameter, and must use names and
 * functions of their own.
 */
final class SharedFob implements ParameterResolver {

  /** The fob and a client of it. */
  record Running(Path folder, Standalone fob, FobClient client) implements AutoCloseable {

    static Running start() {
      try {
        Path folder = Files.createTempDirectory("fob-it-");
        Standalone fob =
            Standalone.start(
                new StandaloneOptions(
                    folder,
                    "127.0.0.1",
                    "",
                    0,
                    0,
                    Repository.DRIVERS,
                    LocalPlatform.process(false)));
        return new Running(folder, fob, new FobClient(fob.url()));
      } catch (Exception e) {
        throw new IllegalStateException("the shared fob did not start", e);
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
      fob.close();
      deleteTree(folder);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == FobClient.class || type == Running.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getStore(StoreScope.LAUNCHER_SESSION, Namespace.create(SharedFob.class))
            .computeIfAbsent(Running.class, _ -> Running.start(), Running.class);
    return parameter.getParameter().getType() == Running.class ? running : running.client();
  }

  private static void deleteTree(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
