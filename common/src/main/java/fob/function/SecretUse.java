package fob.function;

/**
 * A secret that a function gets.
 *
 * @param name the name of the secret, which is also the name of the variable or file
 * @param asFile whether the function gets it as the file {@code /run/secrets/<name>} alone; else
 *     also as an environment variable
 */
public record SecretUse(String name, boolean asFile) {}
