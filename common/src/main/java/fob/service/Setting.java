package fob.service;

/**
 * An environment variable that a program reads.
 *
 * @param key its name
 * @param standard its value where it is not set, for people; empty if there is none
 * @param meaning what it is for, for people
 */
public record Setting(String key, String standard, String meaning) {}
