/** Reads JSON bodies of HTTP replies, also those of errors, and shortens them for messages. */
@NullMarked
package fob.deployer.marathon.body;

import org.jspecify.annotations.NullMarked;
