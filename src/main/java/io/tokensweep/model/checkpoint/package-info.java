/** Checkpoint files of backbones: safetensors and PyTorch zip archives, and the names in them. */
package io.tokensweep.model.checkpoint;
