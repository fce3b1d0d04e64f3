package fob.deployer.marathon;

import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.marathon.app.Access;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.app.ImageCode;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionSpec;
import fob.function.Instance;
import fob.function.SecretUse;
import java.io.IOException;
import java.util.List;

/**
 * Makes the apps of functions. Immutable.
 *
 * @param owner the value of the owner label; not blank
 */
record AppMaker(MarathonConfig config, Drivers drivers, String owner) {

  AppMaker {
    if (owner.isBlank()) {
      throw new IllegalArgumentException("the owner is blank");
    }
  }

  /**
   * Makes the app as it is to be now.
   *
   * @param ready the instances that were ready with an earlier deployer
   * @throws IOException if the function cannot run; the message is for the user
   */
  FunctionApp make(FunctionSpec spec, CodeSource code, List<Instance> ready) throws IOException {
    Driver driver =
        drivers
            .of(spec)
            .orElseThrow(() ->
                new IOException(
                    "there is no driver for the language '%s', only for %s"
                        .formatted(spec.language(), String.join(", ", drivers.languages()))));
    FunctionApp app = FunctionApp.of(spec, driver, config, owner, Access.to(code));
    if (spec.upload().image() == null) {
      return app;
    }
    requireNoFiles(spec);
    return app.with(new ImageCode(spec, code, ready));
  }

  private static void requireNoFiles(FunctionSpec spec) throws IOException {
    for (SecretUse secret : spec.environment().secrets()) {
      if (secret.asFile()) {
        throw new IOException(
            "the secret '%s' is wanted as a file alone, and on Marathon a function in an image has no files of secrets; register it with secret=%s, which gives the secret as a variable"
                .formatted(secret.name(), secret.name()));
      }
    }
  }
}
