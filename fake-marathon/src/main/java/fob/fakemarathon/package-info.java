/**
 * A test twin of Mesosphere's Marathon 1.11: the HTTP API, the event stream, deployments, the
 * launch queue and the rules for app specs, with knobs for every way in which a real one
 * misbehaves. The door is {@link fob.fakemarathon.FakeMarathon}. A request goes {@code HttpFront ->
 * Router -> AppsResource ... -> RootUpdates -> Deployments -> AppRuntime -> TaskRunner}, and what
 * tasks report comes back through {@code TaskUpdates}. Everything between Router and TaskRunner is
 * guarded by one lock, the {@code Core} object.
 */
@NullMarked
package fob.fakemarathon;

import org.jspecify.annotations.NullMarked;
