package fob.function;

import java.net.URI;

/**
 * One running sandbox that serves calls of one function.
 *
 * @param id unique for ever; the replacement of an instance has another id
 * @param address {@code unix:/path/to/socket} or {@code http://host:port}
 * @param protocol in which it takes calls
 */
public record Instance(String id, URI address, Protocol protocol) {

  /** Creates an instance that speaks the protocol of fob's drivers. */
  public Instance(String id, URI address) {
    this(id, address, Protocol.FOB);
  }

  public Instance {
    if (!"unix".equals(address.getScheme()) && !"http".equals(address.getScheme())) {
      throw new IllegalArgumentException(
          "an instance listens at unix:/path or http://host:port, not at " + address);
    }
  }
}
