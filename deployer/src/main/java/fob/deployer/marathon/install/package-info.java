/**
 * Installers of dependencies on Marathon: for each step an app with one task, which is given the
 * step over HTTP and is then deleted.
 */
@NullMarked
package fob.deployer.marathon.install;

import org.jspecify.annotations.NullMarked;
