package fob.driver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Fetches the code, the layer and the secrets, and verifies checksums. Used by one thread. */
final class Fetch {

  private static final long FIRST_PAUSE_MS = 100;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final String what;
  private final int mostBytes;
  private final int seconds;
  private final @Nullable String token;

  /**
   * Creates the fetch of one thing.
   *
   * @param what its name in messages, such as {@code the code}
   */
  Fetch(String what, int mostBytes, int seconds, @Nullable String token) {
    this.what = what;
    this.mostBytes = mostBytes;
    this.seconds = seconds;
    this.token = token;
  }

  byte[] fetch(String url, @Nullable String sha256) throws Failure {
    byte[] bytes = isFile(url) ? read(url) : download(url);
    if (sha256 != null) {
      String actual = sha256(bytes);
      if (!actual.equals(sha256)) {
        throw failed(
            url, "is not what was registered: its SHA-256 is " + actual + ", expected " + sha256);
      }
    }
    return bytes;
  }

  static boolean isFile(String url) {
    return url.startsWith("file:");
  }

  /** Returns the path of a URL of a file. */
  static Path path(String url) {
    return Path.of(URI.create(url).getPath());
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Failure failed(String url, String problem) {
    return Failure.load("CodeNotAvailable", what + " at " + url + " " + problem);
  }

  private byte[] read(String url) throws Failure {
    try (InputStream in = Files.newInputStream(path(url))) {
      return bounded(in, url, Long.MAX_VALUE, null);
    } catch (IOException | IllegalArgumentException e) {
      throw failed(url, "cannot be read: " + e);
    }
  }

  private byte[] bounded(
      InputStream in, String url, long deadline, @Nullable HttpURLConnection connection)
      throws IOException, Failure {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
      all.write(chunk, 0, count);
      if (all.size() > mostBytes) {
        throw failed(url, "is larger than " + mostBytes + " bytes");
      }
      if (connection != null) {
        connection.setReadTimeout(millisUntil(deadline));
      }
    }
    return all.toByteArray();
  }

  private int millisUntil(long deadline) throws IOException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new IOException("it takes longer than " + seconds + " s");
    }
    return (int) left;
  }

  /** Retries until the deadline, as the server may be restarting. A 4xx other than 429 is final. */
  private byte[] download(String url) throws Failure {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    long pause = FIRST_PAUSE_MS;
    String problem;
    while (true) {
      try {
        HttpURLConnection connection = open(url, deadline);
        int status = connection.getResponseCode();
        if (status == HttpURLConnection.HTTP_OK) {
          try (InputStream in = connection.getInputStream()) {
            return bounded(in, url, deadline, connection);
          }
        }
        connection.disconnect();
        problem = "HTTP status " + status;
        if (status < SERVER_ERROR && status != TOO_MANY_REQUESTS) {
          break;
        }
      } catch (IOException | URISyntaxException | IllegalArgumentException e) {
        problem = e.toString();
      }
      if (System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause) > deadline) {
        break;
      }
      sleep(pause);
      pause *= 2;
    }
    throw failed(url, "cannot be fetched: " + problem);
  }

  private static void sleep(long ms) {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpURLConnection open(String url, long deadline) throws IOException, URISyntaxException {
    HttpURLConnection connection = (HttpURLConnection) new URI(url).toURL().openConnection();
    connection.setInstanceFollowRedirects(false); // they would send the token to another server
    connection.setUseCaches(false);
    connection.setConnectTimeout(millisUntil(deadline));
    connection.setReadTimeout(millisUntil(deadline));
    if (token != null) {
      connection.setRequestProperty("Authorization", "Bearer " + token);
    }
    return connection;
  }
}
