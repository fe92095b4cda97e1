package io.tokensweep.eval.conformance;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.tokensweep.InvalidInputException;
import io.tokensweep.model.Architecture;
import io.tokensweep.model.Design;
import io.tokensweep.model.HostTensor;
import io.tokensweep.model.PositionInterpolation;
import io.tokensweep.model.VisionTransformer;
import io.tokensweep.model.checkpoint.Checkpoint;
import io.tokensweep.model.checkpoint.Checkpoints;
import io.tokensweep.model.checkpoint.TypedTensors;
import io.tokensweep.model.checkpoint.Weights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The backbone and the images of a case that runs a network.
 *
 * @param pixels (B, 3, R, R)
 * @param imageKeys one number for each image
 */
@SuppressWarnings("ArrayRecordComponent") // read by one run, never compared
record NetworkCase(VisionTransformer network, NDArray pixels, long[] imageKeys) {
  private static final String STEM = "4_2";
  private static final double BATCH_NORM_EPSILON = 1e-5;
  private static final String POSITION_EMBEDDING = "pos_embed";

  /**
   * Interpolating in fp64 and rounding once differs from fp32 by a few ulp of values around 1 (ulp
   * 1.2e-7) in each of two passes of four taps; the recorded noise of that is up to 1.5e-6.
   */
  private static final double INTERPOLATION_TOLERANCE = 1e-5;

  /** What is compared once the network is there. */
  interface Check {
    void compare(NetworkCase run, Comparison comparison, Outputs outputs);
  }

  /** Loads the network of a case, compares, and names what nobody asked for. */
  static CaseResult check(GoldenCase golden, Check check) {
    Comparison comparison = new Comparison(golden);
    try (NDManager manager = NDManager.newBaseManager();
        Outputs outputs = new Outputs(golden, comparison)) {
      check.compare(load(golden, comparison, manager), comparison, outputs);
      outputs.leaveOutOthers();
    }
    return comparison.result();
  }

  /** Loads both into {@code manager}; a recorded interpolated position embedding is compared. */
  static NetworkCase load(GoldenCase golden, Comparison comparison, NDManager manager) {
    Architecture architecture = architecture(golden);
    int resolution = golden.whole("/config/img_size");
    Map<String, HostTensor> weights = weights(golden, comparison, architecture, resolution);
    NDArray pixels = pixels(golden, resolution, manager);
    return new NetworkCase(
        VisionTransformer.load(architecture, resolution, interpolation(golden), weights, manager),
        pixels,
        LongStream.range(0, pixels.getShape().get(0)).toArray());
  }

  static Architecture architecture(GoldenCase golden) {
    int width = golden.whole("/config/embed_dim");
    return new Architecture(
        "vit_custom",
        golden.whole("/config/trained_img_size", golden.whole("/config/img_size")),
        golden.whole("/config/patch_size"),
        width,
        golden.whole("/config/depth"),
        golden.whole("/config/num_heads"),
        (int) (width * golden.number("/config/mlp_ratio", 4)),
        golden.whole("/config/num_classes"),
        design(golden));
  }

  private static Design design(GoldenCase golden) {
    boolean convolutions = golden.optionalText("/config/p_emb").isPresent();
    Design usual = convolutions ? Design.LV_VIT : Design.VIT;
    return new Design(
        usual.stem(),
        golden.flag("/config/qkv_bias", usual.qkvBias()),
        golden.number("/config/layernorm_eps", usual.epsilon()),
        golden.number("/config/skip_lam", usual.residualDivisor()),
        head(golden, convolutions));
  }

  private static Design.Head head(GoldenCase golden, boolean convolutions) {
    if (golden.flag("/config/return_dense", convolutions)) {
      return Design.Head.DENSE;
    }
    return golden.flag("/config/distilled", false) ? Design.Head.DISTILLED : Design.Head.CLASS;
  }

  /** As {@link #unsupported(GoldenCase)} for a method with one official code. */
  static Optional<String> unsupported(GoldenCase golden, String method, String official) {
    return golden.comesFrom(official)
        ? unsupported(golden)
        : Optional.of("%s is compared with %s only".formatted(method, official));
  }

  /** What our backbone does not have. */
  static Optional<String> unsupported(GoldenCase golden) {
    Optional<String> stem = golden.optionalText("/config/p_emb").filter(name -> !name.equals(STEM));
    if (stem.isPresent()) {
      return Optional.of("config.p_emb %s is not supported".formatted(stem.get()));
    }
    double epsilon = golden.number("/config/bn_eps", BATCH_NORM_EPSILON);
    return epsilon == BATCH_NORM_EPSILON
        ? Optional.empty()
        : Optional.of("config.bn_eps %s is not supported".formatted(epsilon));
  }

  /** The description is prose; these words tell the variants apart. */
  private static PositionInterpolation interpolation(GoldenCase golden) {
    String words =
        golden
            .optionalText("/config/pos_embed_interpolation")
            .orElse("")
            .toLowerCase(Locale.ROOT)
            .replace(" ", "");
    if (words.contains("antialias=true")) {
      return PositionInterpolation.TIMM_0_8;
    }
    return words.contains("bilinear") ? PositionInterpolation.TIMM_0_4 : PositionInterpolation.DEIT;
  }

  private static Map<String, HostTensor> weights(
      GoldenCase golden, Comparison comparison, Architecture architecture, int resolution) {
    List<Checkpoint> files = new ArrayList<>();
    try {
      for (int i = 0; i < golden.items("/weights_files").size(); i++) {
        files.add(Checkpoints.open(golden.folder().resolve(golden.text("/weights_files/" + i))));
      }
      Map<String, HostTensor> weights =
          new LinkedHashMap<>(Weights.load(files, architecture, Map.of(), name -> true));
      trainedEmbedding(files, architecture)
          .ifPresent(
              trained -> {
                HostTensor last = weights.put(POSITION_EMBEDDING, trained);
                if (!Arrays.equals(last.shape(), trained.shape())) {
                  HostTensor derived =
                      interpolation(golden)
                          .resize(trained, architecture.specials(), architecture.grid(resolution));
                  comparison.numbers(
                      POSITION_EMBEDDING, derived.data(), last.data(), INTERPOLATION_TOLERANCE);
                }
              });
      return weights;
    } finally {
      files.forEach(Checkpoint::close);
    }
  }

  /** The last position embedding of the grid that the network was trained at. */
  private static Optional<HostTensor> trainedEmbedding(
      List<Checkpoint> files, Architecture architecture) {
    List<Long> shape =
        List.of(
            1L,
            (long) architecture.specials() + architecture.patches(architecture.imageSize()),
            (long) architecture.width());
    return files.stream()
        .filter(file -> file.tensors().containsKey(POSITION_EMBEDDING))
        .filter(file -> file.tensors().get(POSITION_EMBEDDING).shape().equals(shape))
        .reduce((first, second) -> second)
        .map(file -> file.read(POSITION_EMBEDDING));
  }

  private static NDArray pixels(GoldenCase golden, int resolution, NDManager manager) {
    Path file = golden.folder().resolve(golden.text("/input/file"));
    String name = golden.text("/input/tensor");
    try (TypedTensors tensors = TypedTensors.open(file)) {
      float[] pool = tensors.floats(name);
      int image = 3 * resolution * resolution;
      List<Long> shape = tensors.tensors().get(name).shape();
      if (shape.size() != 4
          || !shape.subList(1, 4).equals(List.of(3L, (long) resolution, (long) resolution))) {
        throw new InvalidInputException(
            "%s: tensor %s is %s, expected [images, 3, %d, %d]"
                .formatted(file, name, shape, resolution, resolution));
      }
      int count = Math.toIntExact(shape.get(0));
      int[] rows =
          golden.json().at("/input/rows").isArray()
              ? golden.wholes("/input/rows").stream().mapToInt(Integer::intValue).toArray()
              : IntStream.range(0, count).toArray();
      float[] chosen = new float[rows.length * image];
      for (int i = 0; i < rows.length; i++) {
        if (rows[i] < 0 || rows[i] >= count) {
          throw golden.unusable("/input/rows", "rows from 0 to " + (count - 1));
        }
        System.arraycopy(pool, rows[i] * image, chosen, i * image, image);
      }
      return manager.create(chosen, new Shape(rows.length, 3, resolution, resolution));
    }
  }
}
