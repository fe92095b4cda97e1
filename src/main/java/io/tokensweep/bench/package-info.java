/** Timings of one process: contestants in turn, ratios between them, intervals. */
package io.tokensweep.bench;
