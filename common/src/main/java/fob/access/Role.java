package fob.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a key may do. Each role may do everything that the roles before it may do. */
public enum Role {
  /** Reads metrics, for a Prometheus. */
  METRICS,
  /** Calls functions, and sees their results, statuses and live figures. */
  CALL,
  /** Registers and removes functions, and sees their code, logs and dead letters. */
  DEPLOY,
  /** Makes and deletes keys, and sees the state of the bus. */
  ADMIN;

  /** Returns whether this role may do what the other one may do. */
  public boolean includes(Role other) {
    return compareTo(other) >= 0;
  }

  /** Returns the name in the API and on Kafka. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<Role> ofLabel(String label) {
    return Arrays.stream(values()).filter(role -> role.label().equals(label)).findFirst();
  }

  /** Returns all labels, for messages. */
  public static String labels() {
    return Arrays.stream(values()).map(Role::label).collect(Collectors.joining(", "));
  }
}
