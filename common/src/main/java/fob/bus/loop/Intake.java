package fob.bus.loop;

import fob.bus.wire.Topic;

/**
 * One of the topics that a {@link ConsumerLoop} reads: what happens to its records, and how much of
 * it the loop takes on.
 *
 * @param inFlight records in flight at which reading of this topic pauses
 * @param bytesInFlight bytes of their values at which reading of this topic pauses
 */
public record Intake(Topic topic, RecordHandler handler, int inFlight, long bytesInFlight) {}
