@NullMarked
package fob.fakemarathon;

import org.jspecify.annotations.NullMarked;
