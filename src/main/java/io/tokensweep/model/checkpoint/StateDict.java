package io.tokensweep.model.checkpoint;

import io.tokensweep.model.HostTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tensors of one or several checkpoints under the names of the model that was saved.
 *
 * @param files for messages
 * @param tensors where each tensor is
 */
record StateDict(String files, Map<String, Entry> tensors) {
  private static final String PARALLEL = "module.";

  /** A tensor in a checkpoint. */
  record Entry(Checkpoint checkpoint, String name) {
    TensorInfo info() {
      return checkpoint.tensors().get(name);
    }

    HostTensor read() {
      return checkpoint.read(name);
    }
  }

  /** Joins checkpoints; a tensor of a later one replaces that of the same name before it. */
  static StateDict of(List<Checkpoint> checkpoints) {
    Map<String, Entry> tensors = new LinkedHashMap<>();
    for (Checkpoint checkpoint : checkpoints) {
      int prefix = wrapped(checkpoint) ? PARALLEL.length() : 0;
      for (String name : checkpoint.tensors().keySet()) {
        tensors.put(name.substring(prefix), new Entry(checkpoint, name));
      }
    }
    return new StateDict(
        checkpoints.stream().map(c -> c.file().toString()).collect(Collectors.joining(" + ")),
        tensors);
  }

  /** Data-parallel training puts every name under one prefix. */
  private static boolean wrapped(Checkpoint checkpoint) {
    return checkpoint.tensors().keySet().stream().allMatch(name -> name.startsWith(PARALLEL));
  }

  /** Reads tensors and stacks them along their first dimension. */
  HostTensor read(List<String> parts) {
    if (parts.size() == 1) {
      return tensors.get(parts.get(0)).read();
    }
    List<HostTensor> read = new ArrayList<>();
    for (String part : parts) {
      read.add(tensors.get(part).read());
    }
    float[] data = new float[read.stream().mapToInt(tensor -> tensor.data().length).sum()];
    long[] shape = read.get(0).shape().clone();
    shape[0] = 0;
    int at = 0;
    for (HostTensor tensor : read) {
      System.arraycopy(tensor.data(), 0, data, at, tensor.data().length);
      at += tensor.data().length;
      shape[0] += tensor.shape()[0];
    }
    return new HostTensor(shape, data);
  }
}
