/** How a service reads its configuration, starts in order and stops in reverse. */
@NullMarked
package fob.service;

import org.jspecify.annotations.NullMarked;
