/**
 * The platform that runs each instance as a bubblewrap sandbox on this machine; no daemon is
 * needed. Start reading at {@code ProcessPlatform}; {@code fob.deployer.local} keeps functions at
 * their number of instances; {@code Launcher} starts sandboxes, and {@code Sandbox} makes their
 * command lines.
 */
@NullMarked
package fob.deployer.process;

import org.jspecify.annotations.NullMarked;
