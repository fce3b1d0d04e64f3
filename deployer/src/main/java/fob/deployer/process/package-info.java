/**
 * The platform that runs each instance as a bubblewrap sandbox on this machine; no daemon is
 * needed. {@code ProcessPlatform} is the door; {@code fob.deployer.local} keeps functions at their
 * number of instances; {@code Launcher} starts sandboxes, and {@code Sandbox} says what they may
 * see.
 */
@NullMarked
package fob.deployer.process;

import org.jspecify.annotations.NullMarked;
