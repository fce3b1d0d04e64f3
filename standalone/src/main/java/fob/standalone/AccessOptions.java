package fob.standalone;

import fob.gateway.access.AccessConfig;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** The options for who may use the HTTP API. */
final class AccessOptions {

  @Option(
      names = "--insecure",
      description = "Lets everybody who reaches --host run code here, although no key was made.")
  private boolean insecure;

  @Option(
      names = "--admin-key",
      defaultValue = "${env:FOB_ADMIN_KEY:-}",
      showDefaultValue = Help.Visibility.NEVER,
      description =
          "A key with the role admin. Rather set FOB_ADMIN_KEY, since others see command lines.")
  private String adminKey = "";

  /** Returns the settings; the usual ones if the arguments have become wrong by them. */
  AccessConfig clients(Arguments arguments) {
    try {
      return AccessConfig.of(adminKey).withInsecure(insecure);
    } catch (IllegalArgumentException e) {
      arguments.require(false, String.valueOf(e.getMessage()));
      return AccessConfig.NONE;
    }
  }
}
