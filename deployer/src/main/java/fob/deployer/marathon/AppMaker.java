package fob.deployer.marathon;

import fob.deployer.CodeSource;
import fob.deployer.Driver;
import fob.deployer.Drivers;
import fob.deployer.marathon.app.Access;
import fob.deployer.marathon.app.FunctionApp;
import fob.deployer.marathon.config.MarathonConfig;
import fob.function.FunctionSpec;
import java.io.IOException;

/**
 * Makes the apps of functions. Immutable.
 *
 * @param owner the value of the owner label
 */
record AppMaker(MarathonConfig config, Drivers drivers, String owner) {

  /**
   * Makes the app as it is to be now.
   *
   * @throws IOException if the function cannot run; the message is for the user
   */
  FunctionApp make(FunctionSpec spec, CodeSource code) throws IOException {
    Driver driver =
        drivers
            .of(spec)
            .orElseThrow(() ->
                new IOException(
                    "there is no driver for the language '%s', only for %s"
                        .formatted(spec.language(), String.join(", ", drivers.languages()))));
    return FunctionApp.of(spec, driver, config, owner, Access.to(code));
  }
}
