/**
 * The platform that runs each instance as a bubblewrap sandbox on this machine; no daemon is
 * needed. {@code ProcessPlatform} is the door; a {@code Supervisor} keeps one function at its
 * number of instances, one {@code Slot} each; an {@code InstanceProcess} is one sandbox from start
 * to end; {@code Launcher} starts them, and {@code Sandbox} says what they may see.
 */
@NullMarked
package fob.deployer.process;

import org.jspecify.annotations.NullMarked;
