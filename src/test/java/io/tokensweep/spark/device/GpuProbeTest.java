package io.tokensweep.spark.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the driver's tool does, a reading comes back. The tools here are shell scripts. */
@EnabledOnOs(OS.LINUX)
@Timeout(60)
class GpuProbeTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  @TempDir Path folder;

  private String tool(String script) throws IOException {
    Path file = folder.resolve("tool");
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file.toString();
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(folder.resolve("calls"));
  }

  @Test
  void asksForOneGpuAndReadsTheAnswer() throws IOException {
    String tool =
        tool(
            """
            echo "$LC_ALL $*" >> "%s/calls"
            case "$*" in
              *compute-apps*) echo 12; echo 13 ;;
              *) echo "1980, 2619, 41, 97, 0x0000000000000004" ;;
            esac
            """
                .formatted(folder));
    assertEquals(
        new GpuReading(
            OptionalDouble.of(1980),
            OptionalDouble.of(2619),
            OptionalDouble.of(41),
            OptionalDouble.of(0.97),
            Optional.of(List.of("sw_power_cap")),
            OptionalInt.of(1)),
        new GpuProbe(tool, "1", AMPLE).read());
    assertEquals(
        List.of(
            "C -i 1 --query-gpu=clocks.current.sm,clocks.current.memory,temperature.gpu,"
                + "utilization.gpu,clocks_event_reasons.active --format=csv,noheader,nounits",
            "C -i 1 --query-compute-apps=pid --format=csv,noheader,nounits"),
        calls());
  }

  @Test
  void namesTheKindOfGpu() throws IOException {
    String tool = tool("echo 'NVIDIA H100 80GB HBM3, 81559, 9.0, 570.133.20'\n");
    assertEquals(
        Optional.of("NVIDIA H100 80GB HBM3; 81559 MiB; compute 9.0; driver 570"),
        new GpuProbe(tool, "0", AMPLE).product());
    assertEquals(Optional.empty(), new GpuProbe(tool("exit 9\n"), "0", AMPLE).product());
  }

  @Test
  void anOldDriverIsAskedInItsOwnWords() throws IOException {
    String tool =
        tool(
            """
            case "$*" in
              *compute-apps*) ;;
              *clocks_event_reasons*) echo 'Field "clocks_event_reasons.active" is not a valid field to query.'; exit 2 ;;
              *) echo "1410, 1215, 33, 5, 0x0000000000000001" ;;
            esac
            """);
    GpuReading reading =
        new GpuProbe(tool, "GPU-0a1b2c3d-0000-1111-2222-333344445555", AMPLE).read();
    assertEquals(OptionalDouble.of(1410), reading.smMegahertz());
    assertEquals(Optional.of(List.of("gpu_idle")), reading.slowdowns());
  }

  @Test
  void anErrorOfTheToolTellsNothing() throws IOException {
    String tool = tool("echo 'NVIDIA-SMI has failed'; echo 'more' >&2; exit 9\n");
    assertEquals(GpuReading.NOTHING, new GpuProbe(tool, "0", AMPLE).read());
  }

  @Test
  void aToolThatIsNotThereTellsNothing() {
    assertEquals(
        GpuReading.NOTHING, new GpuProbe(folder.resolve("absent").toString(), "0", AMPLE).read());
  }

  /** Without the limit the test would end by its own, and without memory it would ask again. */
  @Test
  void aToolThatHangsIsLeftAndNotAskedAgain() throws IOException {
    String tool = tool("echo called >> \"%s/calls\"\nexec sleep 600\n".formatted(folder));
    GpuProbe probe = new GpuProbe(tool, "0", Duration.ofSeconds(1));
    assertEquals(GpuReading.NOTHING, probe.read());
    assertEquals(GpuReading.NOTHING, probe.read());
    assertEquals(List.of("called"), calls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "all", "0 --help", "-1", "GPU-0;1"})
  void onlyAnIndexOrAUuidNamesAGpu(String gpu) {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> new GpuProbe(gpu))
            .getMessage()
            .contains("found '%s'".formatted(gpu)));
  }
}
