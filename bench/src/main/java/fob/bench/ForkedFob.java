package fob.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code fob up} in a JVM of its own, with a temporary folder and free ports. */
final class ForkedFob implements RunningFob, AutoCloseable {

  private static final Pattern URL = Pattern.compile("fob is up at (\\S+)");
  private static final Pattern KAFKA = Pattern.compile("Kafka listens at ([^;\\s]+)");

  private final ForkedJvms jvms;
  private final URI url;
  private final String bootstrapServers;

  private ForkedFob(ForkedJvms jvms, URI url, String bootstrapServers) {
    this.jvms = jvms;
    this.url = url;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts fob and waits until it is ready.
   *
   * @param options further options of {@code fob up}
   * @throws IOException if it does not start; it prints the reason to stderr itself
   */
  static ForkedFob start(String... options) throws IOException {
    ForkedJvms jvms = new ForkedJvms();
    try {
      BufferedReader out = jvms.start(List.of(), up(jvms, options), Map.of()).inputReader();
      URI url = URI.create(ForkedJvms.await(URL, out));
      return new ForkedFob(jvms, url, ForkedJvms.await(KAFKA, out));
    } catch (IOException e) {
      jvms.close();
      throw e;
    }
  }

  private static List<String> up(ForkedJvms jvms, String... options) {
    List<String> command = new ArrayList<>(List.of("fob.standalone.Fob", "up"));
    // A warm-up would run while baselines are measured.
    command.addAll(List.of("--port", "0", "--kafka-port", "0", "--no-warm-up"));
    command.addAll(List.of("--data", jvms.folder().toString()));
    command.addAll(List.of(options));
    return command;
  }

  @Override
  public InetSocketAddress http() {
    return new InetSocketAddress(url.getHost(), url.getPort());
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public List<Long> jvms() {
    return jvms.running();
  }

  @Override
  public List<Long> functions() {
    return jvms.functions();
  }

  @Override
  public void close() {
    jvms.close();
  }
}
