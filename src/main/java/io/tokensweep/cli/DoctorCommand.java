package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tokensweep.spark.Doctor;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: checks the environment. */
@Command(
    name = "doctor",
    description = "Checks what a sweep needs: engine, Spark, embedded checkpoint, results folder.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
  @Mixin private StoreOptions store;

  @Override
  public Integer call() {
    List<Doctor.Finding> findings = Doctor.examine(store.results());
    for (Doctor.Finding finding : findings) {
      (store.json() ? System.err : System.out)
          .printf(
              "%-4s %-12s %s%n", finding.ok() ? "ok" : "FAIL", finding.subject(), finding.detail());
    }
    if (store.json()) {
      ObjectNode object = JsonNodeFactory.instance.objectNode();
      object.put("ok", findings.stream().allMatch(Doctor.Finding::ok));
      findings.forEach(
          finding ->
              object
                  .withArray("findings")
                  .addObject()
                  .put("subject", finding.subject())
                  .put("ok", finding.ok())
                  .put("detail", finding.detail()));
      System.out.println(object);
    }
    return findings.stream().allMatch(Doctor.Finding::ok) ? ExitCode.DONE : ExitCode.BAD_INPUT;
  }
}
