/** Tests of the installer, with a Maven repository in a folder. */
@NullMarked
package fob.driver.install;

import org.jspecify.annotations.NullMarked;
