/**
 * The command line for a gateway: start reading at {@link fob.cli.Cli}. A new command is a class
 * here and a line in {@code Cli}. It knows a gateway by its HTTP API alone.
 */
@NullMarked
package fob.cli;

import org.jspecify.annotations.NullMarked;
