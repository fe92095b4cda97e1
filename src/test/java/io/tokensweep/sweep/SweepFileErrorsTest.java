package io.tokensweep.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tokensweep.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every mistake in a sweep file is answered with its place, what was found and what is allowed. */
class SweepFileErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: small                | nmae: small       | s.yaml:1:1: nmae: key nmae is unknown, allowed: data, exclude, include, keep_rates, measure, methods, models, name, precision, resolutions, sites, transform; did you mean name?
          name: small                | name: ''          | s.yaml:1:7: name: found an empty text, allowed: a name
          'sites: [3, 6, 9]'         | transform: dait   | s.yaml:10:12: transform: transform dait is unknown, allowed: deit, lvvit, timm; did you mean deit?
          type: shapes               | type: shape       | s.yaml:2:14: data.type: type shape is unknown, allowed: flat, imagefolder, parquet, shapes, webdataset; did you mean shapes?
          count: 1000                | count: 0          | s.yaml:2:29: data.count: found 0, allowed: a whole number from 1 to 100000000
          count: 1000                | count: ten        | s.yaml:2:29: data.count: found ten, allowed: a whole number from 1 to 100000000
          seed: 7                    | sede: 7           | s.yaml:2:35: data.sede: key sede is unknown, allowed: count, seed, type; did you mean seed?
          ', seed: 7'                | ''                | s.yaml:2:7: data: seed is missing, allowed: a whole number
          name: vit_custom           | name: deit_smal_patch16_224 | s.yaml:4:12: models.0.name: model deit_smal_patch16_224 is unknown, allowed: deit_base_distilled_patch16_224, deit_base_patch16_224, deit_small_distilled_patch16_224, deit_small_patch16_224, deit_tiny_distilled_patch16_224, deit_tiny_patch16_224, lvvit_s, vit_base_patch16_224, vit_custom; did you mean deit_small_patch16_224?
          name: vit_custom           | name: deit_tiny_patch16_224 | s.yaml:4:35: models.0.image_size: with this model the key image_size is unknown, allowed: checkpoint, classes, modules, name, position_embedding
          'depth: 12, '              | ''                | s.yaml:4:5: models.0: depth is missing, vit_custom needs [image_size, patch, width, depth, heads, hidden, classes]
          heads: 3                   | heads: 5          | s.yaml:4:5: models.0: width 96 is not a multiple of heads 5
          classes: 10                | classes: 10, position_embedding: timm-0.9 | s.yaml:4:128: models.0.position_embedding: position embedding timm-0.9 is unknown, allowed: deit, timm-0.4, timm-0.5, timm-0.8; did you mean timm-0.4?
          name: evit                 | name: evti        | s.yaml:7:12: methods.1.name: method evti is unknown, allowed: %METHODS%; did you mean evit?
          classes: 10                | classes: 10, design: lvvit | s.yaml:4:116: models.0.design: design lvvit is unknown, allowed: lv_vit, vit; did you mean lv_vit?
          classes: 10                | classes: 10, distilled: true, design: lv_vit | s.yaml:4:133: models.0.design: lv_vit has no distillation token, allowed: distilled: false
          'fuse: [true, false]'      | fuse: [true, 2]   | s.yaml:7:31: methods.1.fuse.1: found 2, allowed: true or false
          'fuse: [true, false]'      | fuze: true        | s.yaml:7:18: methods.1.fuze: key fuze is unknown, allowed: counts, fuse, name; did you mean fuse?
          'fuse: [true, false]'      | fuse: []          | s.yaml:7:24: methods.1.fuse: found an empty list, allowed: at least one value
          'evit, fuse: [true, false]'| 'random, seed: -1'| s.yaml:7:26: methods.1.seed: found -1, allowed: a whole number from 0 to 9223372036854775807
          'evit, fuse: [true, false]'| 'random, mode: all'| s.yaml:7:26: methods.1.mode: found all, allowed: one of layerwise, input
          '[0.5, 0.7]'               | '[0.5, 1.7]'      | s.yaml:8:19: keep_rates.1: found 1.7, allowed: a number above 0 and at most 1
          '[0.5, 0.7]'               | '[0.5, 0]'        | s.yaml:8:19: keep_rates.1: found 0, allowed: a number above 0 and at most 1
          '[0.5, 0.7]'               | .nan              | s.yaml:8:13: keep_rates: found .nan, allowed: a number above 0 and at most 1
          '[64]'                     | '[64, 9000]'      | s.yaml:9:19: resolutions.1: found 9000, allowed: a whole number from 1 to 8192
          '[3, 6, 9]'                | '[3, 9, 6]'       | s.yaml:10:15: sites.2: found block 6 after block 9, allowed: 0-based block indices in ascending order, each once
          '[3, 6, 9]'                | '[3, 3]'          | s.yaml:10:12: sites.1: found block 3 after block 3, allowed: 0-based block indices in ascending order, each once
          'sites: [3, 6, 9]'         | precision: [fp8] | s.yaml:10:13: precision.0: precision fp8 is unknown, allowed: bf16, fp16, fp32; did you mean fp16?
          batch_size: 50             | batch_size: 0     | s.yaml:11:33: measure.quality.batch_size: found 0, allowed: a whole number from 1 to 65536
          batch_size: 50             | sources: 1        | s.yaml:11:30: measure.quality.sources: found 1, allowed: true or false
          'quality: {batch_size: 50}'| ''                | s.yaml:11:10: measure: found neither quality nor throughput, allowed: a map with quality, throughput or both
          'quality: {batch_size: 50}'| 'speed: {}'       | s.yaml:11:11: measure.speed: key speed is unknown, allowed: quality, throughput
          'sites: [3, 6, 9]'         | 'exclude: [{method: bat}]' | s.yaml:10:20: exclude.0.method: method bat is unknown, allowed: evit, none
          'sites: [3, 6, 9]'         | 'exclude: [{fuze: true}]'  | s.yaml:10:12: exclude.0.fuze: key fuze is unknown, allowed: counts, fuse, keep_rate, method, model, precision, resolution, sites; did you mean fuse?
          'sites: [3, 6, 9]'         | 'include: [{model: vit}]'  | s.yaml:10:19: include.0.model: model vit is unknown, allowed: vit_custom
          'sites: [3, 6, 9]'         | 'name: again'     | s.yaml:10:1: name: given twice, first in line 1
          'sites: [3, 6, 9]'         | 'sites: [3, 6'    | s.yaml:11:8: not valid YAML: expected ',' or ']', but got :
          name: small                | 'name: "${NOT_SET}/val"' | s.yaml:1:7: name: environment variable NOT_SET is not set; set it or write ${NOT_SET:-default}
          name: small                | 'name: ${1X}'     | s.yaml:1:7: name: found ${1X}, allowed: ${NAME} or ${NAME:-default}, a NAME of letters, digits and _
          name: small                | 'name: !!binary x'| s.yaml:1:7: name: found the tag tag:yaml.org,2002:binary, allowed: values without tags
          """)
  void mistakesInTheFileAreNamedWithTheirPlace(String right, String wrong, String message) {
    String text = SweepTexts.SMALL.replace(right, wrong == null ? "" : wrong);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> SweepTexts.parse(text));
    assertEquals(message.replace("%METHODS%", methods()), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          '[64]'       | '[64, 60]'      | s.yaml:9:19: resolutions.1: found 60, allowed: multiples of the patch 8 of vit_custom, such as 64
          '[64]'       | '[8192]'        | s.yaml:9:15: resolutions.0: found batches of 50 images at resolution 8192, allowed: up to 10, 2 GiB of pixels
          '[3, 6, 9]'  | '[3, 6, 12]'    | s.yaml:10:8: sites: found block 12, allowed: 0 to 11, the blocks of vit_custom
          classes: 10  | classes: 4      | s.yaml:2:7: data: found labels of 10 classes, allowed: at most the 4 classes of the model vit_custom
          classes: 10  | 'classes: 10, checkpoint: no/such.safetensors' | s.yaml:4:120: models.0.checkpoint: found no/such.safetensors, allowed: an existing file, embedded or embedded:NAME
          classes: 10  | 'classes: 10, checkpoint: "embedded:nothing"' | s.yaml:4:120: models.0.checkpoint: found embedded:nothing, allowed: a checkpoint that this program contains, or a file
          'keep_rates: [0.5, 0.7]' | '' | s.yaml:7:12: methods.1.name: keep_rates is missing, evit needs numbers above 0 and at most 1
          'sites: [3, 6, 9]' | 'exclude: [{resolution: 64}]' | s.yaml:1:1: no trial is left, allowed: rules in exclude that leave some
          '{type: shapes, count: 1000, seed: 7}' | '{type: flat, path: no/such, labels: labels.csv}' | s.yaml:2:7: data: no/such: no such folder
          """)
  void combinationsThatCannotRunAreNamedWithTheirPlace(String right, String wrong, String message) {
    String text = SweepTexts.SMALL.replace(right, wrong == null ? "" : wrong);
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> SweepTexts.plan(text));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          data.cuont=5            | --set data.cuont: data.cuont: key cuont is unknown, allowed: count, seed, type; did you mean count?
          models.3.name=x         | --set models.3.name: models.3.name: found 3, allowed: an index from 0 to 0 of the list models
          models.name=x           | --set models.name: models.name: found name, allowed: an index from 0 to 0 of the list models
          name.first=x            | --set name.first: name.first: name is small and has no first inside, allowed: keys of maps and indices of lists
          data.count=many         | --set data.count: data.count: found many, allowed: a whole number from 1 to 100000000
          keep_rates=[0.5         | --set keep_rates: keep_rates: not valid YAML: expected ',' or ']', but got <stream end>
          keep_rates              | --set keep_rates: found no key=value, allowed: key=value such as data.path=DIR
          """)
  void mistakesInOptionsAreNamedWithTheOption(String option, String message) {
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> SweepTexts.parse(SweepTexts.SMALL, option));
    assertEquals(message, e.getMessage());
  }

  @Test
  void filesThatAreNoSweepAreRefused(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("x.yaml");
    assertEquals(file + ": there is no such sweep file", refusal(file));
    Files.writeString(file, "");
    assertTrue(refusal(file).startsWith(file + ":1:1: the sweep is empty, allowed: [name, data"));
    Files.writeString(file, "- a list");
    assertTrue(refusal(file).startsWith(file + ":1:1: found a list, allowed: a map with the keys"));
    Files.write(file, new byte[] {'a', (byte) 0xff});
    assertEquals(file + ": found bytes that are no UTF-8, allowed: text in UTF-8", refusal(file));
    Files.writeString(file, "#".repeat(SweepFile.MOST_BYTES + 1), StandardCharsets.US_ASCII);
    assertTrue(refusal(file).contains("allowed: a sweep file of at most that"));
    Files.writeString(file, "a: " + "[".repeat(200_000));
    assertTrue(refusal(file).startsWith(file.toString()));
    Files.writeString(file, "name: a\u0007b");
    assertTrue(refusal(file).contains("not valid YAML"));
  }

  @Test
  void aliasesCannotBlowUpAFile() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 30; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    InvalidInputException e =
        assertThrows(InvalidInputException.class, () -> SweepTexts.parse(bomb.toString()));
    assertTrue(e.getMessage().contains("aliases"), e.getMessage());
    InvalidInputException loop =
        assertThrows(InvalidInputException.class, () -> SweepTexts.parse("name: &n [*n]"));
    assertTrue(loop.getMessage().contains("nested too deeply"), loop.getMessage());
  }

  private static String refusal(Path file) {
    String message =
        assertThrows(InvalidInputException.class, () -> SweepFile.read(file, List.of(), Map.of()))
            .getMessage();
    assertEquals(1, message.lines().count(), message);
    return message;
  }

  private static String methods() {
    return String.join(
        ", ", io.tokensweep.reduction.Methods.all().stream().map(m -> m.name()).sorted().toList());
  }
}
