package io.tokensweep.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction2;

/**
 * A Spark job of one task. It is a class rather than a lambda because Spark analyses the byte code
 * of every lambda of every job, which took half of the driver's time.
 */
final class OneTask<W, R> extends AbstractFunction2<TaskContext, Iterator<W>, R>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Function<W, R> function;

  private OneTask(Function<W, R> function) {
    this.function = function;
  }

  /** Runs {@code function} on {@code work} in some executor and waits for what it returns. */
  static <W, R> R run(JavaSparkContext spark, W work, Function<W, R> function, Class<R> type) {
    ClassTag<R> tag = ClassTag.apply(type);
    Object results =
        spark
            .sc()
            .runJob(
                spark.parallelize(List.of(work), 1).rdd(),
                new OneTask<>(function),
                CollectionConverters.asScala(List.<Object>of(0)).toSeq(),
                tag);
    return type.cast(((Object[]) results)[0]);
  }

  @Override
  public R apply(TaskContext context, Iterator<W> works) {
    try {
      return function.call(works.next());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
