package fob.function;

import java.net.URI;

/**
 * One running sandbox that serves calls of one function.
 *
 * @param id unique for ever; the replacement of an instance has another id
 * @param address {@code unix:/path/to/socket} or {@code http://host:port}
 * @param protocol in which it takes calls
 * @param part which part of the function's calls it serves, from 0 to {@link Limits#spread} - 1
 */
public record Instance(String id, URI address, Protocol protocol, int part) {

  /** Creates an instance that speaks the protocol of fob's drivers. */
  public Instance(String id, URI address) {
    this(id, address, Protocol.FOB);
  }

  /** Creates an instance of the first part. */
  public Instance(String id, URI address, Protocol protocol) {
    this(id, address, protocol, 0);
  }

  public Instance {
    if (!"unix".equals(address.getScheme()) && !"http".equals(address.getScheme())) {
      throw new IllegalArgumentException(
          "an instance listens at unix:/path or http://host:port, not at " + address);
    }
    if (part < 0) {
      throw new IllegalArgumentException("an instance of part " + part);
    }
  }

  /** Returns the same instance as one of another part. */
  public Instance of(int otherPart) {
    return new Instance(id, address, protocol, otherPart);
  }
}
