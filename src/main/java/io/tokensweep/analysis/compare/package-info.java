/** Whether one side of a comparison is better or worse than the other, and how sure that is. */
package io.tokensweep.analysis.compare;
