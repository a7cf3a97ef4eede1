package dev.sluice.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.core.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Values as JSON, by Jackson. Immutable, safe for use by several threads. {@link #schema()} changes
 * with the names and types of the properties, so that an entry written by another version of a
 * class is a miss.
 *
 * @param <V> the type of the values
 */
public final class JsonCodec<V> implements Codec<V> {
  private static final ObjectMapper PLAIN = JsonMapper.builder().build();

  private final ObjectReader reader;
  private final ObjectWriter writer;
  private final String schema;

  private JsonCodec(ObjectMapper mapper, JavaType type) {
    this.reader = mapper.readerFor(type);
    this.writer = mapper.writerFor(type);
    StringBuilder text = new StringBuilder();
    describe(mapper, type, new HashSet<>(), text);
    this.schema = text.toString();
  }

  /**
   * Values of a class: a record, a bean, a string, a number.
   *
   * @param type the class
   * @param <V> the type of the values
   * @return the codec, with Jackson's defaults
   */
  public static <V> JsonCodec<V> of(Class<V> type) {
    return new JsonCodec<>(PLAIN, PLAIN.constructType(type));
  }

  /**
   * Values of a generic type, such as a list of records.
   *
   * @param type the type
   * @param <V> the type of the values
   * @return the codec, with Jackson's defaults
   */
  public static <V> JsonCodec<V> of(TypeReference<V> type) {
    return new JsonCodec<>(PLAIN, PLAIN.constructType(type));
  }

  /**
   * Values by an own mapper, for example with modules for dates. It must not be reconfigured
   * afterwards.
   *
   * @param mapper the mapper
   * @param type the type
   * @param <V> the type of the values
   * @return the codec
   */
  public static <V> JsonCodec<V> of(ObjectMapper mapper, TypeReference<V> type) {
    return new JsonCodec<>(mapper, mapper.constructType(type));
  }

  /**
   * Names of the properties and types, all the way down.
   *
   * @return a text that is equal for equal schemas
   */
  public String schema() {
    return schema;
  }

  private static void describe(
      ObjectMapper mapper, JavaType type, Set<JavaType> seen, StringBuilder text) {
    text.append(type.toCanonical());
    Class<?> raw = type.getRawClass();
    if (type.isContainerType() || type.isReferenceType()) {
      for (int i = 0; i < type.containedTypeCount(); i++) {
        describe(mapper, type.containedType(i), seen, text.append(';'));
      }
      if (type.isArrayType()) {
        describe(mapper, type.getContentType(), seen, text.append(';'));
      }
      return;
    }
    if (type.isEnumType()) {
      text.append(List.of(raw.getEnumConstants()));
      return;
    }
    if (raw.isPrimitive() || raw.getName().startsWith("java.") || !seen.add(type)) {
      return;
    }
    text.append('{');
    Set<String> properties = new TreeSet<>();
    for (BeanPropertyDefinition property :
        mapper.getSerializationConfig().introspect(type).findProperties()) {
      StringBuilder one = new StringBuilder(property.getName()).append(':');
      describe(mapper, property.getPrimaryType(), seen, one);
      properties.add(one.toString());
    }
    text.append(properties).append('}');
  }

  @Override
  public byte[] encode(V value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot be written as JSON", e);
    }
  }

  @Override
  public V decode(byte[] bytes) {
    try {
      V value = reader.readValue(bytes);
      if (value == null) {
        throw new IOException("JSON null");
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot be read as JSON", e);
    }
  }
}
