/**
 * The installer of dependencies, a program of its own: see drivers/CONTRACT.md. It uses Maven
 * Resolver, whose jars the driver never has on its class path.
 *
 * <pre>
 * Main        the commands lock and install
 * Declared    reads what the code declares
 * Repository  finds and downloads artifacts
 * Reasons     says why that has failed
 * Lock        reads and writes lock.json
 * </pre>
 */
@NullMarked
package fob.driver.install;

import org.jspecify.annotations.NullMarked;
