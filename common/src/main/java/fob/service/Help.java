package fob.service;

/** The text that a service prints for {@code --help}. */
final class Help {

  private static final String EXIT_CODES =
      "Exit codes: 0 after SIGTERM or Ctrl-C, 1 if the service cannot start, 2 if the arguments are"
          + " wrong, 70 if a thread ended that the service needs: start it again.";

  private Help() {}

  static String of(Program program, Env env) {
    StringBuilder text =
        new StringBuilder("Usage: fob %s [--help | --version]%n%n".formatted(program.name()))
            .append(program.about())
            .append("%nThe settings are environment variables:%n%n".formatted());
    for (Setting setting : env.settings()) {
      text.append("  ").append(setting.key());
      if (!setting.defaultValue().isEmpty()) {
        text.append(" (default: ").append(setting.defaultValue()).append(')');
      }
      text.append("%n      %s%n".formatted(setting.meaning()));
    }
    return text.append("%n%s%n".formatted(EXIT_CODES)).toString();
  }
}
