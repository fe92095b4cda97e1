package io.tokensweep.sweep;

/** A value of a sweep file with its place, for checks that need more than the value. */
record Located<T>(T value, Place place) {}
