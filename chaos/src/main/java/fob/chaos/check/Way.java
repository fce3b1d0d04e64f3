package fob.chaos.check;

/** How a client makes a call. */
public enum Way {
  /** Over HTTP, and waits. */
  SYNC_HTTP(false, true),
  /** Over HTTP, with {@code Prefer: respond-async}. */
  ASYNC_HTTP(true, true),
  /** The same with an {@code Idempotency-Key}, at both gateways, until it is accepted. */
  KEYED_HTTP(true, true),
  /** A record on {@code fob.async}. */
  ASYNC_KAFKA(true, false),
  /** A record on {@code fob.call}. */
  SYNC_KAFKA(false, false);

  private final boolean async;
  private final boolean http;

  Way(boolean async, boolean http) {
    this.async = async;
    this.http = http;
  }

  /** Whether it is retried, and given up to dead letters. */
  public boolean isAsync() {
    return async;
  }

  public boolean isHttp() {
    return http;
  }
}
