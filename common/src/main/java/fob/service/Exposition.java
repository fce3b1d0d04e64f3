package fob.service;

/**
 * The series of a service, as they are served at {@code /metrics}.
 *
 * @param body not copied; must not be changed
 */
public record Exposition(String contentType, byte[] body) {}
