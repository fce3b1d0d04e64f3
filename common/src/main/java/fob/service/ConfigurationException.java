package fob.service;

import java.util.List;

/** A configuration is wrong. Each problem is one line for the user. */
public final class ConfigurationException extends Exception {

  private final List<String> problems;

  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns every problem that was found, in the order of reading. */
  public List<String> problems() {
    return problems;
  }
}
