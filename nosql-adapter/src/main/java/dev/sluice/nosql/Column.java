package dev.sluice.nosql;

/**
 * One column of a table, or attribute of an item.
 *
 * @param name its name in the store
 * @param component name of the record component that it holds
 * @param type the form of its values
 * @param required whether its values are never null
 */
public record Column(String name, String component, ColumnType type, boolean required) {}
