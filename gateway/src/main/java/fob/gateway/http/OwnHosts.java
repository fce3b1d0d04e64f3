package fob.gateway.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that this gateway answers for. The owner of a web page can point any name of his at the
 * gateway's address and let visitors' browsers use it, so requests to unknown names are refused.
 * Immutable.
 */
public final class OwnHosts {

  /** The expected form of {@code FOB_HOSTS}. */
  public static final String EXPECTED =
      "host names or addresses without ports, with commas between ('*.example.org' stands for all"
          + " names below example.org, '*' for all hosts)";

  private static final String LOCALHOST = "localhost";
  private static final String ANY = "*";
  private static final Pattern NAME = Pattern.compile("(\\*\\.)?[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private final InetAddress bound;
  private final Set<String> names;
  private final Set<String> listed;

  /**
   * @param bound the address that the gateway listens on. Where that is every address of the
   *     machine, every address is a host of this gateway: a page's owner can give a name another
   *     address, but cannot give an address another meaning
   * @param names of this machine
   * @param listed the entries of {@code FOB_HOSTS}
   */
  OwnHosts(InetAddress bound, List<String> names, List<String> listed) {
    this.bound = bound;
    Stream<String> known = Stream.of(LOCALHOST, bound.getHostAddress());
    this.names =
        Stream.concat(known, names.stream().map(OwnHosts::normal))
            .collect(Collectors.toUnmodifiableSet());
    this.listed = Set.copyOf(listed);
  }

  /**
   * Reads {@code FOB_HOSTS}.
   *
   * @throws IllegalArgumentException if an entry is not a host
   */
  public static List<String> parse(String text) {
    List<String> entries = Stream.of(text.split(",", -1)).map(String::strip).toList();
    if (!entries.stream().allMatch(OwnHosts::isEntry)) {
      throw new IllegalArgumentException();
    }
    return entries.stream().map(OwnHosts::normal).toList();
  }

  private static boolean isEntry(String text) {
    return text.equals(ANY) || NAME.matcher(normal(text)).matches() || address(text) != null;
  }

  /** Whether a request may be addressed to this host. */
  boolean isOwn(String host) {
    return isThisMachine(host)
        || isListed(host)
        || (bound.isAnyLocalAddress() && address(host) != null);
  }

  /**
   * Whether this is a name or an address of the machine itself, as far as the gateway knows them.
   */
  boolean isThisMachine(String host) {
    if (names.contains(normal(host))) {
      return true;
    }
    InetAddress address = address(host);
    return address != null && (address.isLoopbackAddress() || address.equals(bound));
  }

  /** Whether the operator has named this host in {@code FOB_HOSTS}. */
  boolean isListed(String host) {
    String name = normal(host);
    return listed.contains(ANY) || listed.contains(name) || isBelowListed(name);
  }

  private boolean isBelowListed(String name) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (listed.contains(ANY + name.substring(dot))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable InetAddress address(String host) {
    try {
      return InetAddress.ofLiteral(normal(host));
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  /** In lower case, without the brackets of an IPv6 address or the dot at the end of a name. */
  private static String normal(String host) {
    String name = host.toLowerCase(Locale.ROOT);
    if (name.startsWith("[") && name.endsWith("]")) {
      return name.substring(1, name.length() - 1);
    }
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  /** For messages. */
  @Override
  public String toString() {
    String all =
        Stream.concat(names.stream(), listed.stream()).sorted().collect(Collectors.joining(", "));
    return bound.isAnyLocalAddress() ? all + " and every IP address" : all;
  }
}
