/** What all services share: configuration, start and stop, health, watched threads, small tools. */
@NullMarked
package fob.service;

import org.jspecify.annotations.NullMarked;
