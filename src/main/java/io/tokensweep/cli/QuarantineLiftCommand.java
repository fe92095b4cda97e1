package io.tokensweep.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tokensweep.store.Quarantine;
import io.tokensweep.store.ResultStore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code quarantine lift ID}: the results are used again. */
@Command(
    name = "lift",
    description = "Lets results out of quarantine. The record of it stays, with both reasons.",
    mixinStandardHelpOptions = true)
final class QuarantineLiftCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ID", description = "As 'quarantine list' shows it.")
  private String id;

  @Mixin private SignatureOptions signature;
  @Mixin private StoreOptions options;

  @Override
  public Integer call() {
    Quarantine.Lift lift =
        ResultStore.existing(options.results()).lift(id, signature.reason(), signature.author());
    System.out.println(
        options.json()
            ? JsonNodeFactory.instance
                .objectNode()
                .put("id", lift.id())
                .put("reason", lift.reason())
                .put("author", lift.author())
                .put("time", lift.time())
            : "lifted " + lift.id());
    return ExitCode.DONE;
  }
}
