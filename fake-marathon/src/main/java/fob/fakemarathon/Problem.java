package fob.fakemarathon;

/**
 * One thing that is wrong with an app or group.
 *
 * @param path where, as Marathon writes it: {@code /} for the whole, {@code /healthChecks(0)/path}
 * @param message what is wrong, for a person
 */
public record Problem(String path, String message) {}
