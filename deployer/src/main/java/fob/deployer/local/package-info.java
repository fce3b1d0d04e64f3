/**
 * The part that all platforms on fob's own machine have in common: they keep each function at its
 * number of instances, write its log and tell its status. A platform supplies a {@link
 * fob.deployer.local.FunctionHost}, which starts or finds sandboxes.
 *
 * <p>Read it in this direction: {@code LocalFunctions} has a {@code Supervisor} for each function;
 * the supervisor has a {@code Slot} for each wanted instance; a slot starts instances through
 * {@code Instances}; a {@code LocalInstance} is one sandbox from the request for it to its end.
 * Whatever happens to an instance comes back as an {@code InstanceEvent} in the function's {@code
 * EventQueue}. One thread at a time works the queue off, so supervisor, slots and instances share
 * no lock.
 */
@NullMarked
package fob.deployer.local;

import org.jspecify.annotations.NullMarked;
