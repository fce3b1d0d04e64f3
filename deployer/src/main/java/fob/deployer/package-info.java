/**
 * Turns wanted functions into running instances: follows {@code fob.gen}, runs them on a {@link
 * fob.deployer.Platform}, and writes their status to {@code fob.functions}.
 */
@NullMarked
package fob.deployer;

import org.jspecify.annotations.NullMarked;
