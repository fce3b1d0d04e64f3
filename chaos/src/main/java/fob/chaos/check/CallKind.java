package fob.chaos.check;

/** The ways in which a client makes a call. */
public enum CallKind {
  /** Over HTTP; the client waits for the reply. */
  SYNC_HTTP(false, true),
  /** Over HTTP, with {@code Prefer: respond-async}. */
  ASYNC_HTTP(true, true),
  /** Like ASYNC_HTTP, but sent to both gateways with one {@code Idempotency-Key} until accepted. */
  KEYED_HTTP(true, true),
  /** Like SYNC_HTTP, but sent to both gateways with one {@code Idempotency-Key} until answered. */
  KEYED_SYNC(false, true),
  /** By a record on {@code fob.async}. */
  ASYNC_KAFKA(true, false),
  /** By a record on {@code fob.call}. */
  SYNC_KAFKA(false, false);

  private final boolean async;
  private final boolean http;

  CallKind(boolean async, boolean http) {
    this.async = async;
    this.http = http;
  }

  /** Returns whether the call is asynchronous: it is retried, and has a dead letter if it fails. */
  public boolean isAsync() {
    return async;
  }

  public boolean isHttp() {
    return http;
  }
}
