/**
 * Turns the body of a registration into code: one source file, or an archive with an entry file.
 * Everything that is wrong with an upload is found here, before anything of it runs. Start reading
 * at {@code Submission}.
 */
@NullMarked
package fob.gateway.upload;

import org.jspecify.annotations.NullMarked;
