/**
 * Reads topics as a member of a consumer group. Start at {@link fob.bus.loop.ConsumerLoop}. {@link
 * fob.bus.loop.Dispatcher} decides whether this member may run a record, and {@link
 * fob.bus.loop.CommitTracker} which offset is safe to commit.
 */
@NullMarked
package fob.bus.loop;

import org.jspecify.annotations.NullMarked;
