/**
 * The HTTP client of Marathon's API: requests, replies as values, error replies, and the event
 * stream. It knows apps as JSON and as what Marathon shows of them, and nothing of functions'
 * specs.
 */
@NullMarked
package fob.deployer.marathon.api;

import org.jspecify.annotations.NullMarked;
