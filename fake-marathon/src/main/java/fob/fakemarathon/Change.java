package fob.fakemarathon;

import org.jspecify.annotations.Nullable;

/** What a deployment does to one app; an absent side is an app that is not there. */
record Change(@Nullable App before, @Nullable App after) {}
