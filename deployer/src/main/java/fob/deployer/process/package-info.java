/**
 * The platform that runs each instance as a bubblewrap sandbox on this machine; no daemon is
 * needed.
 */
@NullMarked
package fob.deployer.process;

import org.jspecify.annotations.NullMarked;
