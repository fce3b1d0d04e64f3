/**
 * Functions in images of the user's: {@code ImageClient} finds out how an image speaks, and gives
 * it the code that {@code InitBody} makes.
 */
@NullMarked
package fob.deployer.image;

import org.jspecify.annotations.NullMarked;
