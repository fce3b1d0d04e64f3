package fob.deployer;

import java.util.Locale;

/** Why an instance has ended, in the few classes that a metric can have. */
public enum EndReason {
  /** It had used up its memory. */
  OUT_OF_MEMORY,
  /** A call did not end within the function's timeout. */
  TIMEOUT,
  /** It did not answer, or calls failed. */
  UNHEALTHY,
  /** It ended before it was ready, or could not be started at all. */
  NOT_STARTED,
  /** It ended by itself. */
  EXIT,
  /** A signal ended it, and nothing says that memory was the reason. */
  SIGNAL,
  /** Anything else, such as a changed secret. */
  OTHER;

  /** The value of the label {@code reason}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
