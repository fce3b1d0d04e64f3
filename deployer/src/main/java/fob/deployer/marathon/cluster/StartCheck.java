package fob.deployer.marathon.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import fob.deployer.marathon.api.ErrorReplies;
import fob.deployer.marathon.api.MarathonHttp;
import fob.deployer.marathon.api.MarathonHttp.Answer;
import fob.deployer.marathon.body.ReplyBody;
import fob.deployer.marathon.login.DcosLogin;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that Marathon answers at the configured URL, has a version that fob supports, and accepts
 * fob's login.
 */
public final class StartCheck {

  private static final Logger LOGGER = LoggerFactory.getLogger(StartCheck.class);
  private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");

  private StartCheck() {}

  /**
   * As {@link #ask}, on a thread that must not end without an answer. If this cannot be checked
   * yet, the log says why.
   *
   * @return whether the check has passed
   */
  public static boolean passes(MarathonHttp http, URI url) throws IOException {
    try {
      Optional<String> unready = ask(http, url);
      unready.ifPresent(why -> LOGGER.atWarn().log("fob waits for Marathon: {}", why));
      return unready.isEmpty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking Marathon", e);
    }
  }

  /**
   * @return why this cannot be checked yet; empty if the check has passed
   * @throws IOException if a setting is wrong; the message says which one
   */
  public static Optional<String> ask(MarathonHttp http, URI url)
      throws IOException, InterruptedException {
    Answer answer;
    try {
      answer = http.get("/v2/info");
    } catch (SSLException e) {
      throw new IOException(
          "the certificate of %s is not trusted, or is not for that host (%s); FOB_MARATHON_CA takes a PEM file of the authority that signed it"
              .formatted(url, e.getMessage()),
          e);
    } catch (DcosLogin.LoginRefused e) {
      throw e;
    } catch (UnknownHostException e) {
      throw new IOException(
          "there is no host '%s'; check FOB_MARATHON_URL=%s".formatted(url.getHost(), url), e);
    } catch (IOException e) {
      return Optional.of(ErrorReplies.unreachable(e));
    }
    return switch (answer.status()) {
      case 200 -> {
        check(answer.body(), url);
        yield Optional.empty();
      }
      case 401 -> throw new IOException(ErrorReplies.denied(answer));
      case 403 ->
          throw new IOException(
              "Marathon at %s does not let fob's account read /v2/info (403%s); on DC/OS give it dcos:service:marathon:marathon:admin:config read"
                  .formatted(url, ReplyBody.said(answer.body())));
      case 429, 500, 502, 503, 504 -> Optional.of(ErrorReplies.words(answer));
      case 301, 302, 303, 307, 308 ->
          throw new IOException(
              "%s redirects to %s; set FOB_MARATHON_URL to where Marathon itself answers"
                  .formatted(url, answer.location().orElse("nowhere")));
      default ->
          throw new IOException(
              "%s/v2/info is answered with %d%s, so that is not Marathon; check FOB_MARATHON_URL, its path included"
                  .formatted(url, answer.status(), ReplyBody.said(answer.body())));
    };
  }

  private static void check(JsonNode info, URI url) throws IOException {
    String version = info.path("version").asText();
    Matcher matcher = VERSION.matcher(version);
    if (!"marathon".equals(info.path("name").asText()) || !matcher.matches()) {
      throw new IOException(
          "something other than Marathon answers at %s; check FOB_MARATHON_URL, its path included"
              .formatted(url));
    }
    int major = Integer.parseInt(matcher.group(1));
    int minor = Integer.parseInt(matcher.group(2));
    if (major < 1 || (major == 1 && minor < 5)) {
      throw new IOException(
          "Marathon at %s is version %s; fob needs 1.5 or newer".formatted(url, version));
    }
  }
}
