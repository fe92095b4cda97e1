package io.tokensweep.model.checkpoint;

import io.tokensweep.InvalidInputException;
import io.tokensweep.model.checkpoint.PickleValue.Dict;
import io.tokensweep.model.checkpoint.PickleValue.Global;
import io.tokensweep.model.checkpoint.PickleValue.Inert;
import io.tokensweep.model.checkpoint.PickleValue.Role;
import io.tokensweep.model.checkpoint.PickleValue.Storage;
import io.tokensweep.model.checkpoint.PickleValue.Tensor;
import io.tokensweep.model.checkpoint.PickleValue.Text;
import io.tokensweep.model.checkpoint.PickleValue.Tuple;
import io.tokensweep.model.checkpoint.PickleValue.Whole;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A stack machine for the pickles that {@code torch.save} writes with protocols 2 to 5.
 *
 * <p>It builds {@link PickleValue}s and nothing else: names of Python code are looked up in {@link
 * PickleGlobals}, and every other name ends the reading. Memory is bounded by the length of the
 * pickle and by limits on the stack, the nesting and the memo.
 */
final class Unpickler {
  private static final int HIGHEST_PROTOCOL = 5;
  private static final int DEEPEST_STACK = 100_000;
  private static final int DEEPEST_NESTING = 1_000;
  private static final int LARGEST_MEMO = 1_000_000;

  private final Path file;
  private final PickleReader input;
  private final List<PickleValue> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Long, PickleValue> memo = new HashMap<>();

  private Unpickler(Path file, byte[] pickle) {
    this.file = file;
    this.input = new PickleReader(file, pickle);
  }

  /**
   * Reads one pickle.
   *
   * @param file for messages
   * @throws InvalidInputException if the pickle is malformed, too large or refers to other code
   */
  static PickleValue read(Path file, byte[] pickle) {
    return new Unpickler(file, pickle).run();
  }

  private PickleValue run() {
    while (true) {
      int opcode = input.unsignedByte();
      if (opcode == '.') {
        return pop();
      }
      boolean known = literal(opcode) || container(opcode) || memo(opcode) || object(opcode);
      if (!known) {
        throw input.refused("opcode 0x%02x is unknown".formatted(opcode));
      }
    }
  }

  private boolean literal(int opcode) {
    switch (opcode) {
      case 0x80 -> protocol(input.unsignedByte());
      case 0x95 -> input.length(); // a frame says how far to read ahead, which is not needed here
      case 'N', 0x88, 0x89 -> push(Inert.INSTANCE);
      case 'G' -> inert(8);
      case 'F' -> {
        input.line();
        push(Inert.INSTANCE);
      }
      case 'J' -> push(new Whole(input.signedInt()));
      case 'K' -> push(new Whole(input.unsignedByte()));
      case 'M' -> push(new Whole(input.unsignedShort()));
      case 'I', 'L' -> push(decimal(input.line()));
      case 0x8a -> push(input.whole(input.unsignedByte()));
      case 0x8b -> push(input.whole(input.unsignedInt()));
      case 'X' -> push(new Text(input.text(input.unsignedInt())));
      case 0x8c -> push(new Text(input.text(input.unsignedByte())));
      case 0x8d -> push(new Text(input.text(input.length())));
      case 'B' -> inert(input.unsignedInt());
      case 'C' -> inert(input.unsignedByte());
      case 0x8e, 0x96 -> inert(input.length());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean container(int opcode) {
    switch (opcode) {
      case '(' -> mark();
      case '0' -> discard();
      case '1' -> popToMark();
      case '2' -> push(peek());
      case ')' -> push(new Tuple(List.of()));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 't' -> push(new Tuple(popToMark()));
      case ']', 0x8f -> push(Inert.INSTANCE);
      case 'l', 0x91 -> {
        popToMark();
        push(Inert.INSTANCE);
      }
      case 'a' -> {
        pop();
        requireInert();
      }
      case 'e', 0x90 -> {
        popToMark();
        requireInert();
      }
      case '}' -> push(new Dict());
      case 'd' -> {
        List<PickleValue> items = popToMark();
        Dict dict = new Dict();
        putAll(dict, items);
        push(dict);
      }
      case 's' -> {
        PickleValue value = pop();
        PickleValue key = pop();
        putAll(dict(), List.of(key, value));
      }
      case 'u' -> {
        List<PickleValue> items = popToMark();
        putAll(dict(), items);
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean memo(int opcode) {
    switch (opcode) {
      case 'p' -> remember(index(input.line()));
      case 'q' -> remember(input.unsignedByte());
      case 'r' -> remember(input.unsignedInt());
      case 0x94 -> remember(memo.size());
      case 'g' -> recall(index(input.line()));
      case 'h' -> recall(input.unsignedByte());
      case 'j' -> recall(input.unsignedInt());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean object(int opcode) {
    switch (opcode) {
      case 'c' -> {
        String module = input.line();
        push(global(module, input.line()));
      }
      case 0x93 -> {
        PickleValue name = pop();
        PickleValue module = pop();
        push(global(text(module), text(name)));
      }
      case 'Q' -> push(storage(items(pop())));
      case 'R' -> {
        List<PickleValue> arguments = items(pop());
        push(call(arguments));
      }
      case 0x81 -> {
        List<PickleValue> arguments = items(pop());
        push(instance(arguments));
      }
      case 0x92 -> {
        dictOf(pop());
        List<PickleValue> arguments = items(pop());
        push(instance(arguments));
      }
      case 'b' -> {
        pop();
        if (!(peek() instanceof Dict)) {
          requireInert();
        }
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private void protocol(int protocol) {
    if (protocol > HIGHEST_PROTOCOL) {
      throw input.refused("pickle protocol %d is unknown".formatted(protocol));
    }
  }

  private void inert(long bytes) {
    input.skip(bytes);
    push(Inert.INSTANCE);
  }

  private PickleValue decimal(String digits) {
    try {
      return new Whole(Long.parseLong(digits.endsWith("L") ? chop(digits) : digits));
    } catch (NumberFormatException e) {
      throw input.refused("a number is " + Quoted.of(digits));
    }
  }

  private static String chop(String digits) {
    return digits.substring(0, digits.length() - 1);
  }

  private long index(String digits) {
    return wholeOf(decimal(digits));
  }

  private void push(PickleValue value) {
    if (stack.size() >= DEEPEST_STACK) {
      throw input.refused("more than %d values are on the stack".formatted(DEEPEST_STACK));
    }
    stack.add(value);
  }

  private int bottom() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private PickleValue peek() {
    if (stack.size() <= bottom()) {
      throw input.refused("a value is missing on the stack");
    }
    return stack.get(stack.size() - 1);
  }

  private PickleValue pop() {
    PickleValue top = peek();
    stack.remove(stack.size() - 1);
    return top;
  }

  private void discard() {
    if (stack.size() == bottom() && !marks.isEmpty()) {
      marks.pop();
    } else {
      pop();
    }
  }

  private void mark() {
    if (marks.size() >= DEEPEST_NESTING) {
      throw input.refused("values are nested more than %d deep".formatted(DEEPEST_NESTING));
    }
    marks.push(stack.size());
  }

  private List<PickleValue> popToMark() {
    if (marks.isEmpty()) {
      throw input.refused("a mark is missing on the stack");
    }
    List<PickleValue> above = stack.subList(marks.pop(), stack.size());
    List<PickleValue> items = List.copyOf(above);
    above.clear();
    return items;
  }

  private void tuple(int size) {
    List<PickleValue> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      items.add(0, pop());
    }
    push(new Tuple(List.copyOf(items)));
  }

  private void putAll(Dict dict, List<PickleValue> items) {
    if (items.size() % 2 != 0) {
      throw input.refused("a key has no value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      dict.put(items.get(i), items.get(i + 1));
    }
  }

  private void remember(long index) {
    if (memo.size() >= LARGEST_MEMO) {
      throw input.refused("more than %d values are remembered".formatted(LARGEST_MEMO));
    }
    memo.put(index, peek());
  }

  private void recall(long index) {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw input.refused("value %d was never remembered".formatted(index));
    }
    push(value);
  }

  private Global global(String module, String name) {
    return PickleGlobals.find(module, name)
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "%s: refers to %s, which is not a tensor; refused"
                        .formatted(file, Quoted.of(module + "." + name))));
  }

  private PickleValue call(List<PickleValue> arguments) {
    Global function = callable();
    return switch (function.role()) {
      case ORDERED_DICT -> new Dict();
      case SIZE -> argument(arguments, 0);
      case TENSOR -> tensor(arguments, storageOf(argument(arguments, 0)).type());
      case TYPED_TENSOR -> tensor(arguments, elementType(argument(arguments, 6)));
      case PARAMETER -> {
        if (argument(arguments, 0) instanceof Tensor tensor) {
          yield tensor;
        }
        throw input.refused("a parameter is made of something other than a tensor");
      }
      case INERT -> Inert.INSTANCE;
      case STORAGE, ELEMENT_TYPE -> throw input.refused("a storage or element type is called");
    };
  }

  private PickleValue instance(List<PickleValue> arguments) {
    Global type = callable();
    return switch (type.role()) {
      case ORDERED_DICT -> new Dict();
      case SIZE -> argument(arguments, 0);
      case INERT -> Inert.INSTANCE;
      case TENSOR, TYPED_TENSOR, PARAMETER, STORAGE, ELEMENT_TYPE ->
          throw input.refused("an object is made of something that is no class");
    };
  }

  private Global callable() {
    if (pop() instanceof Global global) {
      return global;
    }
    throw input.refused("something other than a name of code is called");
  }

  private Storage storage(List<PickleValue> id) {
    boolean valid =
        id.size() == 5
            && id.get(0) instanceof Text kind
            && kind.value().equals("storage")
            && id.get(1) instanceof Global type
            && type.role() == Role.STORAGE;
    if (!valid) {
      throw input.refused("a persistent id is not ('storage', type, key, location, length)");
    }
    return new Storage(text(id.get(2)), ((Global) id.get(1)).type(), wholeOf(id.get(4)));
  }

  private Tensor tensor(List<PickleValue> arguments, Optional<TensorType> named) {
    Storage storage = storageOf(argument(arguments, 0));
    TensorType type = named.orElseThrow(() -> input.refused("a tensor has no element type"));
    long bytes = type.bits() / 8;
    long elements = storage.type().isPresent() ? storage.elements() : storage.elements() / bytes;
    if (storage.type().isPresent() && storage.type().get() != type) {
      throw input.refused(
          "a tensor of %s is in a storage of %s".formatted(type, storage.type().get()));
    }
    try {
      return new Tensor(
          new StridedView(
              storage.key(),
              type,
              elements,
              wholeOf(argument(arguments, 1)),
              wholes(argument(arguments, 2)),
              wholes(argument(arguments, 3))));
    } catch (IllegalArgumentException e) {
      throw input.refused("a tensor's " + e.getMessage());
    }
  }

  private Optional<TensorType> elementType(PickleValue value) {
    if (value instanceof Global global && global.role() == Role.ELEMENT_TYPE) {
      return global.type();
    }
    throw input.refused("an element type is something else");
  }

  private PickleValue argument(List<PickleValue> arguments, int index) {
    if (index >= arguments.size()) {
      throw input.refused("a call has only %d arguments".formatted(arguments.size()));
    }
    return arguments.get(index);
  }

  private void requireInert() {
    if (peek() != Inert.INSTANCE) {
      throw input.refused("something other than a list, set or object is changed");
    }
  }

  private Dict dict() {
    return dictOf(peek());
  }

  private Dict dictOf(PickleValue value) {
    if (value instanceof Dict dict) {
      return dict;
    }
    throw input.refused("a dict is something else");
  }

  private Storage storageOf(PickleValue value) {
    if (value instanceof Storage storage) {
      return storage;
    }
    throw input.refused("a storage is something else");
  }

  private List<PickleValue> items(PickleValue value) {
    if (value instanceof Tuple tuple) {
      return tuple.items();
    }
    throw input.refused("a tuple is something else");
  }

  private List<Long> wholes(PickleValue value) {
    return items(value).stream().map(this::wholeOf).toList();
  }

  private long wholeOf(PickleValue value) {
    if (value instanceof Whole whole) {
      return whole.value();
    }
    throw input.refused("an integer is something else");
  }

  private String text(PickleValue value) {
    if (value instanceof Text text) {
      return text.value();
    }
    throw input.refused("a string is something else");
  }
}
