/**
 * Secrets of functions: their keys and their encrypted form. Nothing here keeps a decrypted value.
 */
@NullMarked
package fob.secret;

import org.jspecify.annotations.NullMarked;
