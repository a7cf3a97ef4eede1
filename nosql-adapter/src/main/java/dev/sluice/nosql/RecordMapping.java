package dev.sluice.nosql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Between a record, or a single scalar, and a row of stored forms. Immutable. */
final class RecordMapping<T> {
  private static final MethodType ACCESSOR = MethodType.methodType(Object.class, Object.class);
  private static final MethodType CONSTRUCTOR = MethodType.methodType(Object.class, Object[].class);

  private final Class<T> type;
  private final List<Column> columns;
  private final Conversion[] conversions;
  private final MethodHandle @Nullable [] accessors;
  private final @Nullable MethodHandle constructor;
  private final Class<?>[] javaTypes;
  private final boolean exact;

  private RecordMapping(
      Class<T> type,
      List<Column> columns,
      Conversion[] conversions,
      MethodHandle @Nullable [] accessors,
      @Nullable MethodHandle constructor,
      Class<?>[] javaTypes) {
    this.javaTypes = javaTypes;
    this.type = type;
    this.columns = List.copyOf(columns);
    this.conversions = conversions;
    this.accessors = accessors;
    this.constructor = constructor;
    boolean all = true;
    for (Conversion conversion : conversions) {
      all &= conversion.exact();
    }
    this.exact = all;
  }

  static <T> RecordMapping<T> ofRecord(Class<T> type, Map<String, String> names) {
    RecordComponent[] components = type.getRecordComponents();
    if (components == null || components.length == 0) {
      throw new IllegalArgumentException(type.getName() + ": must be a record with components");
    }
    Map<String, String> unused = new HashMap<>(names);
    List<Column> columns = new ArrayList<>();
    Conversion[] conversions = new Conversion[components.length];
    MethodHandle[] accessors = new MethodHandle[components.length];
    Class<?>[] types = new Class<?>[components.length];
    try {
      for (int i = 0; i < components.length; i++) {
        RecordComponent component = components[i];
        Conversion conversion = Conversion.find(component.getType());
        if (conversion == null) {
          throw unsupported(type, component.getName(), component.getType());
        }
        String renamed = unused.remove(component.getName());
        String name = renamed == null ? snakeCase(component.getName()) : renamed;
        conversions[i] = conversion;
        columns.add(
            new Column(name, component.getName(), conversion.type(), conversion.required()));
        component.getAccessor().setAccessible(true);
        accessors[i] = MethodHandles.lookup().unreflect(component.getAccessor()).asType(ACCESSOR);
        types[i] = component.getType();
      }
      Constructor<T> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      MethodHandle constructor =
          MethodHandles.lookup()
              .unreflectConstructor(canonical)
              .asSpreader(Object[].class, types.length)
              .asType(CONSTRUCTOR);
      return new RecordMapping<>(type, columns, conversions, accessors, constructor, types);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type.getName() + ": cannot be read", e);
    }
  }

  static <T> RecordMapping<T> ofScalar(Class<T> type, String column) {
    Conversion conversion = Conversion.find(type);
    if (conversion == null) {
      throw unsupported(type, column, type);
    }
    return new RecordMapping<>(
        type,
        List.of(new Column(column, column, conversion.type(), true)),
        new Conversion[] {conversion},
        null,
        null,
        new Class<?>[] {type});
  }

  private static IllegalArgumentException unsupported(
      Class<?> type, String component, Class<?> found) {
    return new IllegalArgumentException(
        type.getName()
            + "."
            + component
            + ": type "
            + found.getName()
            + " is not supported; use String, boolean, short, int, long, float, double, BigDecimal,"
            + " BigInteger, Instant, LocalDate, UUID, an enum or byte[]");
  }

  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  Class<T> type() {
    return type;
  }

  List<Column> columns() {
    return columns;
  }

  @Nullable Object[] encode(T value) {
    @Nullable Object[] row = new @Nullable Object[conversions.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = encode(i, accessors == null ? value : read(accessors[i], value));
    }
    return row;
  }

  @Nullable Object encode(int index, @Nullable Object component) {
    if (component == null) {
      return null;
    }
    try {
      return conversions[index].encode().apply(component);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(where(index) + ": refused " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  T decode(@Nullable Object[] row) {
    @Nullable Object[] components = new @Nullable Object[row.length];
    for (int i = 0; i < row.length; i++) {
      Object stored = row[i];
      if (stored == null && columns.get(i).required()) {
        throw new HotStoreException(
            where(i) + ": the store holds no value, which is required", null);
      }
      try {
        components[i] = stored == null ? null : conversions[i].decode().apply(stored);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new HotStoreException(where(i) + ": the stored value does not fit", e);
      }
    }
    return (T) (constructor == null ? components[0] : make(constructor, components));
  }

  /** What reading the value back would give. */
  T canonical(T value, @Nullable Object[] encoded) {
    return exact ? value : decode(encoded);
  }

  int indexOf(String component) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).component().equals(component)) {
        return i;
      }
    }
    throw new IllegalArgumentException(type.getName() + ": has no component " + component);
  }

  /** The Java type of a component that counts: {@code MIN..MAX} of it bounds the counter. */
  Class<?> javaType(int index) {
    return javaTypes[index];
  }

  private String where(int index) {
    return type.getSimpleName() + "." + columns.get(index).component();
  }

  private static @Nullable Object read(MethodHandle accessor, Object value) {
    try {
      return accessor.invokeExact(value);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object make(MethodHandle constructor, @Nullable Object[] components) {
    try {
      return constructor.invokeExact(components);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
