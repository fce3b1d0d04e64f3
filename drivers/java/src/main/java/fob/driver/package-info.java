/**
 * The Java driver: serves one function over HTTP/1.1, as drivers/CONTRACT.md says. It uses nothing
 * but the JDK's standard library.
 *
 * <pre>
 * Main         starts the driver's parts in order, and ends the process
 * Settings     reads and checks the environment
 * Log, Events  write the function's log (stderr) and the driver's events
 * Server       the thread that serves all connections; Connection is one of them
 * Http1        parses requests and formats responses
 * Service      /health, /init and /run; Reading parses their bodies
 * Call         runs one call on a thread of its own
 * Context      what the function can read about its call, by fob.Call
 * Calls        limits the number and the time of calls; draining
 * Fetch        fetches the code and the layer; Archive unpacks them
 * Compiler     compiles the code in memory; FunctionLoader loads its classes
 * ExitGuard    keeps calls of System.exit from ending the process
 * Function     the loaded code, and how to call it
 * Binder       makes Java values from JSON
 * </pre>
 */
@NullMarked
package fob.driver;

import org.jspecify.annotations.NullMarked;
