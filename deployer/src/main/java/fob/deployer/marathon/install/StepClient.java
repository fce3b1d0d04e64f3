package fob.deployer.marathon.install;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.layer.InstallFailed;
import fob.deployer.layer.InstallSettings;
import fob.deployer.layer.InstallerOutput;
import fob.deployer.layer.StepRun;
import fob.deployer.layer.Tar;
import fob.deployer.marathon.body.ReplyBody;
import fob.function.Instance;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * Gives a step to an installer that serves HTTP, and takes its output. Nothing that comes back is
 * trusted, and all of it is bounded. See "The installer as a server" in drivers/CONTRACT.md.
 * Thread-safe.
 */
final class StepClient implements AutoCloseable {

  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration WRITE = Duration.ofSeconds(30);
  private static final MediaType ARCHIVE = MediaType.get("application/gzip");
  private static final MediaType LOCK = MediaType.get("application/json");
  private static final long MOST_SAID_BYTES = 256 * 1024;
  private static final int MOST_LINES = 40;

  /** What an archive has beside the content of its files: three blocks for each of 100,000. */
  private static final long MOST_NAMES_BYTES = 150L << 20;

  private static final int OK = 200;
  private static final int FAILED = 422;
  private static final int OVER_TIME = 504;

  /** A separate client, so that Marathon's credentials are never sent to an installer. */
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .protocols(List.of(Protocol.HTTP_1_1))
          .authenticator(Authenticator.NONE)
          .followRedirects(false)
          .retryOnConnectionFailure(false) // there is one step
          .connectTimeout(CONNECT)
          .writeTimeout(WRITE)
          .readTimeout(Duration.ZERO) // the caller ends the call
          .build();

  private final InstallSettings settings;

  StepClient(InstallSettings settings) {
    this.settings = settings;
  }

  /**
   * Prepares the request of a step.
   *
   * @param scratch a folder for its body
   */
  Call call(Instance server, StepRun run, String token, Path scratch) throws IOException {
    return http.newCall(
        new Request.Builder()
            .url(server.address() + "/" + run.step().verb())
            .header("Authorization", "Bearer " + token)
            .header("Fob-Timeout-Ms", Long.toString(settings.timeout().toMillis()))
            .header("Fob-Environment", query(run.environment()))
            .post(body(run, scratch))
            .build());
  }

  private static RequestBody body(StepRun run, Path scratch) throws IOException {
    Path lock = run.step().lock();
    if (lock != null) {
      return RequestBody.create(lock.toFile(), LOCK);
    }
    Path code = scratch.resolve("code.tar.gz");
    Tar.pack(run.step().code(), Files.newOutputStream(code));
    return RequestBody.create(code.toFile(), ARCHIVE);
  }

  private static String query(Map<String, String> variables) {
    return variables.entrySet().stream()
        .map(variable -> encoded(variable.getKey()) + "=" + encoded(variable.getValue()))
        .collect(Collectors.joining("&"));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  /**
   * Runs a step and takes what it says and writes. Blocks until its end.
   *
   * @param scratch a folder for the reply
   * @return the installer's exit code; empty if it was over its time
   * @throws InstallFailed if the reply cannot be used
   * @throws IOException if the connection broke off
   */
  OptionalInt exchange(Call call, Path scratch, InstallerOutput said) throws IOException {
    Path archive = scratch.resolve("reply.tar.gz");
    try (Response response = call.execute()) {
      if (response.code() != OK) {
        return failed(response, said);
      }
      fetch(response.body().source(), archive);
    }
    try (InputStream packed = new BufferedInputStream(Files.newInputStream(archive))) {
      said.unpack(bounded(new GZIPInputStream(packed)), () -> {});
    } catch (ZipException | EOFException malformed) {
      throw new InstallFailed("what the installer wrote is no archive", malformed);
    }
    return OptionalInt.of(0);
  }

  private void fetch(BufferedSource source, Path archive) throws IOException {
    long most = mostBytes();
    if (Files.copy(bounded(source.inputStream()), archive) >= most) {
      throw new InstallFailed("the installer's archive has more than %d bytes".formatted(most));
    }
  }

  /** Returns the same stream, which ends after the most bytes that an archive may have. */
  private InputStream bounded(InputStream from) throws IOException {
    return BoundedInputStream.builder().setInputStream(from).setMaxCount(mostBytes()).get();
  }

  private long mostBytes() {
    return settings.layerBytes() + MOST_NAMES_BYTES;
  }

  private static OptionalInt failed(Response response, InstallerOutput said) throws IOException {
    BufferedSource source = response.body().source();
    if (source.request(MOST_SAID_BYTES + 1)) {
      throw new InstallFailed("the installer's reply is too long");
    }
    JsonNode reply = ReplyBody.lenient(source.readByteArray());
    if (response.code() != FAILED && response.code() != OVER_TIME) {
      throw new InstallFailed(
          "the installer answered %d: %s"
              .formatted(
                  response.code(), ReplyBody.shortened(reply.at("/error/message").asText())));
    }
    reply
        .path("lines")
        .valueStream()
        .limit(MOST_LINES)
        .forEach(line -> said.line(line.asText().getBytes(UTF_8)));
    return response.code() == OVER_TIME
        ? OptionalInt.empty()
        : OptionalInt.of(Math.max(1, reply.path("exit").asInt()));
  }

  @Override
  public void close() {
    http.dispatcher().cancelAll();
    http.connectionPool().evictAll();
  }
}
