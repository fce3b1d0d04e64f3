/**
 * The test that no accepted call is lost. It runs every service in a process of its own, injects
 * faults, and records all requests and replies of its clients. In the end {@link
 * fob.chaos.check.Checker} compares them with the topics. Start reading at {@link fob.chaos.Chaos};
 * the invariants are in docs/proof.md.
 */
@NullMarked
package fob.chaos;

import org.jspecify.annotations.NullMarked;
