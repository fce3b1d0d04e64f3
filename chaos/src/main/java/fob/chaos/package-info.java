/**
 * The proof that nothing accepted is lost: every part of a fob as a process of its own, clients
 * that write down what they are told, faults, and {@link fob.chaos.check.Checker} over what is on
 * the bus in the end. Start at {@link fob.chaos.Chaos}; the invariants are in docs/proof.md.
 */
@NullMarked
package fob.chaos;

import org.jspecify.annotations.NullMarked;
