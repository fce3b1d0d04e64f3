/**
 * Installs the dependencies of functions, once for all functions that have the same, and keeps them
 * as layers on {@code fob.layers}. Start reading at {@code Dependencies}.
 */
@NullMarked
package fob.deployer.layer;

import org.jspecify.annotations.NullMarked;
