package fob.deployer.marathon.config;

import fob.deployer.marathon.login.Credentials;
import fob.service.Durations;
import fob.service.Env;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How functions run on Marathon.
 *
 * @param url of Marathon, http or https; a path prefix such as {@code /service/marathon} is kept
 * @param group the group of all functions' apps, such as {@code /fob/fn}; with the app's own name
 *     it must fit into a DNS name, so it has at most {@value #MAX_GROUP} characters
 * @param gateway where instances fetch their code, as seen from the agents
 * @param roles Mesos roles whose resources functions may use
 * @param imagePrefix stands before the driver's image, such as {@code registry.example:5000/}
 * @param deadline how long an app may take to serve before fob gives up on it
 * @param deleteOrphans whether apps of this fob that nobody wants are deleted
 * @param ca a PEM file of the only certificate authorities to trust, if not the system's
 */
public record MarathonConfig(
    URI url,
    String group,
    URI gateway,
    List<String> roles,
    String imagePrefix,
    Duration deadline,
    boolean deleteOrphans,
    Credentials credentials,
    Optional<Path> ca) {

  public static final int MAX_GROUP = 15;
  private static final String STANDARD_URL = "http://marathon.mesos:8080";
  private static final String STANDARD_GROUP = "/fob/fn";
  private static final Duration DEADLINE = Duration.ofMinutes(3);
  private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
  private static final Duration LONGEST_DEADLINE = Duration.ofHours(1);
  private static final Pattern GROUP = Pattern.compile("(/[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");
  private static final Pattern ROLE = Pattern.compile("\\*|[A-Za-z0-9_][A-Za-z0-9_./-]*");
  private static final Pattern IMAGE_PREFIX =
      Pattern.compile("|[A-Za-z0-9.-]+(:\\d{1,5})?(/[a-z0-9._-]+)*/");

  public MarathonConfig {
    url = service(url.toString());
    group = group(group);
    gateway = service(gateway.toString());
    roles = List.copyOf(roles);
    roles.forEach(MarathonConfig::role);
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("expected a role at least, such as *");
    }
    imagePrefix = imagePrefix(imagePrefix);
    if (deadline.compareTo(SHORTEST_DEADLINE) < 0 || deadline.compareTo(LONGEST_DEADLINE) > 0) {
      throw new IllegalArgumentException(
          "the deadline must be 1s to 1h, not " + Durations.text(deadline));
    }
  }

  /** Reads its variables; problems are gathered in the environment. */
  public static MarathonConfig from(Env env) {
    return new MarathonConfig(
        env.checked(
            "FOB_MARATHON_URL",
            "Marathon; a path is kept: https://master.mesos/service/marathon",
            URI.create(STANDARD_URL),
            MarathonConfig::service),
        env.checked(
            "FOB_MARATHON_GROUP",
            "where functions' apps are; two fobs need two groups",
            STANDARD_GROUP,
            MarathonConfig::group),
        gateway(env),
        roles(env),
        env.checked(
            "FOB_IMAGE_PREFIX",
            "stands before the driver's image: registry.example:5000/",
            "",
            MarathonConfig::imagePrefix),
        env.duration(
            "FOB_MARATHON_DEADLINE",
            "how long a new app may take to serve, image pull included",
            DEADLINE,
            SHORTEST_DEADLINE,
            LONGEST_DEADLINE),
        env.flag(
            "FOB_MARATHON_DELETE_ORPHANS",
            "delete this fob's apps that nobody wants, at the start",
            false),
        Credentials.from(env),
        env.checked(
            "FOB_MARATHON_CA",
            "a PEM file of the only certificate authorities to trust",
            Optional.empty(),
            MarathonConfig::file));
  }

  private static List<String> roles(Env env) {
    String roles =
        env.checked(
            "FOB_MARATHON_ROLES",
            "Mesos roles whose resources functions may use, with commas",
            "*",
            text -> String.join(",", roles(text)));
    return roles(roles);
  }

  private static URI gateway(Env env) {
    URI missing = URI.create("http://gateway.invalid");
    Optional<URI> gateway =
        env.checked(
            "FOB_GATEWAY_URL",
            "a gateway as the agents see it; Marathon needs it",
            Optional.empty(),
            text -> Optional.of(service(text)));
    if (!env.isSet("FOB_GATEWAY_URL")) {
      env.problem(
          "FOB_GATEWAY_URL: is missing; on Marathon a function's instances fetch their code from a"
              + " gateway: expected its URL as the agents see it, such as"
              + " http://gateway.example:9999");
    }
    return gateway.orElse(missing);
  }

  private static Optional<Path> file(String text) {
    Path file = Path.of(text).toAbsolutePath();
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new IllegalArgumentException("expected a file that fob may read");
    }
    return Optional.of(file);
  }

  private static URI service(String text) {
    String expected = "expected a URL such as https://host:port/path, without user, query or '#'";
    try {
      URI uri = new URI(text.replaceAll("/+$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (!http
          || uri.getHost() == null
          || uri.getRawUserInfo() != null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null) {
        throw new IllegalArgumentException(expected);
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(expected, e);
    }
  }

  private static String group(String text) {
    if (!GROUP.matcher(text).matches() || text.length() - 1 > MAX_GROUP) {
      throw new IllegalArgumentException(
          "expected a group such as /fob/fn: segments of a-z, 0-9 and '-' (not at their ends), each"
              + " after a '/', of at most "
              + MAX_GROUP
              + " characters after the first '/', since apps' DNS names have room for no more");
    }
    return text;
  }

  private static List<String> roles(String text) {
    return Arrays.stream(text.split(",", -1)).map(String::strip).map(MarathonConfig::role).toList();
  }

  private static String role(String text) {
    if (!ROLE.matcher(text).matches()) {
      throw new IllegalArgumentException("expected Mesos roles, such as *,fob");
    }
    return text;
  }

  private static String imagePrefix(String text) {
    if (!IMAGE_PREFIX.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "expected what stands before an image's name and ends with '/', such as"
              + " registry.example:5000/");
    }
    return text;
  }
}
