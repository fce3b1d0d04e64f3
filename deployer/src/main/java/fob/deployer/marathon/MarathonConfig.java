package fob.deployer.marathon;

import fob.service.Durations;
import fob.service.Env;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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

  static final int MAX_GROUP = 15;
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
    URI nowhere = URI.create("http://gateway.invalid");
    if (env.optional("FOB_GATEWAY_URL").isEmpty()) {
      env.problem(
          "FOB_GATEWAY_URL: is missing; on Marathon a function's instances fetch their code from a"
              + " gateway: expected its URL as the agents see it, such as"
              + " http://gateway.example:9999");
    }
    return new MarathonConfig(
        read(env, "FOB_MARATHON_URL", MarathonConfig::service, URI.create(STANDARD_URL)),
        read(env, "FOB_MARATHON_GROUP", MarathonConfig::group, STANDARD_GROUP),
        read(env, "FOB_GATEWAY_URL", MarathonConfig::service, nowhere),
        read(env, "FOB_MARATHON_ROLES", MarathonConfig::roles, List.of("*")),
        read(env, "FOB_IMAGE_PREFIX", MarathonConfig::imagePrefix, ""),
        env.duration("FOB_MARATHON_DEADLINE", DEADLINE, SHORTEST_DEADLINE, LONGEST_DEADLINE),
        env.flag("FOB_MARATHON_DELETE_ORPHANS", false),
        Credentials.from(env),
        env.optional("FOB_MARATHON_CA").map(path -> Path.of(path).toAbsolutePath()));
  }

  private static <T> T read(Env env, String key, Function<String, T> parser, T standard) {
    String text = env.optional(key).orElse("");
    if (text.isEmpty()) {
      return standard;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      env.problem("%s='%s': %s".formatted(key, text, e.getMessage()));
      return standard;
    }
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
