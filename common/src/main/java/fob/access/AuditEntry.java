package fob.access;

import java.time.Instant;

/**
 * A change that somebody made, or tried to make, over the HTTP API.
 *
 * @param at when the gateway answered
 * @param client the name of the client's key; {@code anonymous} if none was needed
 * @param key the id of that key; empty if none was needed
 * @param address the IP address that the request came from
 * @param action the method and the path of the request
 * @param subject what it was about, as far as the path does not say; may be empty
 * @param status the HTTP status of the reply
 */
public record AuditEntry(
    Instant at,
    String client,
    String key,
    String address,
    String action,
    String subject,
    int status) {}
