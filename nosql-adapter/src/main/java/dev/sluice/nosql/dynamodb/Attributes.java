package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.ColumnType;
import dev.sluice.nosql.HotStoreException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Between stored forms and attribute values. */
final class Attributes {
  private Attributes() {}

  static AttributeValue of(Object stored) {
    if (stored instanceof String text) {
      return AttributeValue.builder().s(text).build();
    }
    if (stored instanceof Long || stored instanceof Double) {
      return AttributeValue.builder().n(stored.toString()).build();
    }
    if (stored instanceof BigDecimal decimal) {
      return AttributeValue.builder().n(decimal.toString()).build();
    }
    if (stored instanceof Boolean flag) {
      return AttributeValue.builder().bool(flag).build();
    }
    if (stored instanceof LocalDate date) {
      return AttributeValue.builder().s(date.toString()).build();
    }
    if (stored instanceof byte[] bytes) {
      return AttributeValue.builder().b(SdkBytes.fromByteArray(bytes)).build();
    }
    throw new IllegalArgumentException("no stored form: " + stored.getClass());
  }

  static @Nullable Object read(Column column, Map<String, AttributeValue> item) {
    AttributeValue value = item.get(column.name());
    if (value == null || Boolean.TRUE.equals(value.nul())) {
      return null;
    }
    Object stored =
        switch (column.type()) {
          case TEXT -> value.s();
          case INTEGER -> value.n() == null ? null : integer(column, value.n());
          case DECIMAL -> value.n() == null ? null : new BigDecimal(value.n());
          case DOUBLE -> value.n() == null ? null : Double.valueOf(value.n());
          case BOOLEAN -> value.bool();
          case DATE -> value.s() == null ? null : LocalDate.parse(value.s());
          case BYTES -> value.b() == null ? null : value.b().asByteArray();
        };
    if (stored == null) {
      throw new HotStoreException(column.name() + ": the attribute has another type", null);
    }
    return stored;
  }

  private static Long integer(Column column, String number) {
    try {
      return Long.valueOf(number);
    } catch (NumberFormatException e) {
      throw new HotStoreException(column.name() + ": the attribute is no integer of 64 bits", null);
    }
  }

  static ScalarAttributeType keyType(ColumnType type) {
    return type == ColumnType.INTEGER ? ScalarAttributeType.N : ScalarAttributeType.S;
  }

  /** Size of an attribute in an item by the rules of DynamoDB, or quickly an upper bound of it. */
  static long size(Column column, @Nullable Object stored, boolean exact) {
    if (stored == null) {
      return 0;
    }
    long value = 21;
    if (stored instanceof String text) {
      value = exact ? text.getBytes(StandardCharsets.UTF_8).length : 3L * text.length();
    } else if (stored instanceof byte[] bytes) {
      value = bytes.length;
    }
    return column.name().length() + value;
  }
}
