package fob.bench;

import com.sun.tools.attach.AgentInitializationException;
import com.sun.tools.attach.AgentLoadException;
import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import one.profiler.AsyncProfiler;

/**
 * Shows where fob's JVM spends its processor time, with async-profiler. It samples each thread
 * after each ms of processor time. Used by one thread.
 */
final class Profiler implements AutoCloseable {

  private static final String START = "start,event=ctimer,interval=1ms,threads,file=";
  private static final String STOP = "stop,title=fob,file=";

  private final long process;
  private final Path library;
  private final Path file;

  private Profiler(long process, Path library, Path file) {
    this.process = process;
    this.library = library;
    this.file = file;
  }

  /**
   * Begins to profile.
   *
   * @param file gets a flame graph if its name ends in .html, or a recording if it ends in .jfr
   * @throws IOException if that is not possible on this machine; the message is for the user
   */
  static Profiler start(long process, Path file) throws IOException {
    Path library = library();
    Profiler profiler = new Profiler(process, library, file.toAbsolutePath());
    profiler.tell(START);
    return profiler;
  }

  /** Copies async-profiler's library out of its jar. */
  private static Path library() throws IOException {
    String arch = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "x64";
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String folder = os.startsWith("mac") ? "macos" : "linux-" + arch;
    Path library = Files.createTempFile("fob-bench-", ".so");
    try (InputStream in =
        AsyncProfiler.class.getResourceAsStream("/" + folder + "/libasyncProfiler.so")) {
      if (in == null) {
        throw new IOException("--profile: async-profiler does not run on " + folder);
      }
      Files.copy(in, library, StandardCopyOption.REPLACE_EXISTING);
      return library;
    } catch (IOException e) {
      Files.delete(library);
      throw e;
    }
  }

  private void tell(String command) throws IOException {
    try {
      VirtualMachine jvm = VirtualMachine.attach(Long.toString(process));
      try {
        jvm.loadAgentPath(library.toString(), command + file);
      } finally {
        jvm.detach();
      }
    } catch (AttachNotSupportedException | AgentLoadException | AgentInitializationException e) {
      throw new IOException("--profile: async-profiler cannot profile fob: " + e.getMessage(), e);
    }
  }

  /** Ends the profile and writes the file. */
  @Override
  public void close() throws IOException {
    try {
      tell(STOP);
    } finally {
      Files.delete(library);
    }
  }
}
