/**
 * Turns wanted functions into running instances: follows {@code fob.gen}, drives a {@link
 * fob.deployer.Platform}, and writes what it sees to {@code fob.functions}.
 */
@NullMarked
package fob.deployer;

import org.jspecify.annotations.NullMarked;
