package io.tokensweep.sweep;

import io.tokensweep.reduction.Method;
import io.tokensweep.reduction.ParameterValues;

/** One method of a sweep file with one value for each of its parameters. */
record MethodSpec(Method method, ParameterValues parameters, Place place) {}
