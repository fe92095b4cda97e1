/** Whether a commit may pass, and which commit made it worse. */
package io.tokensweep.analysis.gate;
