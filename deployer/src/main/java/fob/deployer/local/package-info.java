/**
 * What every platform that runs sandboxes on its own machine does alike: keep each function at its
 * number of instances, back off, believe no more of a driver than makes sense, write its log and
 * tell its status. {@code LocalFunctions} is the door; a {@code Supervisor} keeps one function, one
 * {@code Slot} each; a {@code LocalInstance} is one sandbox from the request for it to its end. A
 * platform supplies a {@link fob.deployer.local.FunctionHost}: how one is started, or found.
 */
@NullMarked
package fob.deployer.local;

import org.jspecify.annotations.NullMarked;
