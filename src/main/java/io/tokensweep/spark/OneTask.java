package io.tokensweep.spark;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
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

  /**
   * Runs {@code function} on the one element of {@code data} in some executor and waits for what it
   * returns.
   */
  @SuppressWarnings("unchecked") // the array is of what apply returns
  static <W, R> R run(JavaRDD<W> data, Function<W, R> function) {
    Object results =
        data.context()
            .runJob(
                data.rdd(),
                new OneTask<>(function),
                CollectionConverters.asScala(List.<Object>of(0)).toSeq(),
                ClassTag.apply(Object.class));
    return (R) ((Object[]) results)[0];
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
