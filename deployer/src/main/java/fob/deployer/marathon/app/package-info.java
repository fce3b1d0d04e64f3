/**
 * One function's app: its spec, its last known state, which of its tasks serve, and the texts of
 * its status.
 */
@NullMarked
package fob.deployer.marathon.app;

import org.jspecify.annotations.NullMarked;
